import { autoscaler, autoscaleUpTo } from './autoscaler.ts'
import { exposure, ingress, serviceType } from './exposure.ts'
import { Deployment, Service as KubernetesService, PodDisruptionBudget } from './kubernetes.ts'
import type { Manifest } from './manifest.ts'
import { labels, namesOf, selector } from './names.ts'
import { podSpec } from './pod.ts'
import type { NamedProgram } from './services.ts'
import { inLoop, type Profile, type Settings } from './settings.ts'

/** Deployment and Service of one service, and what its replicas and its visitors from outside need. */
export function workload(
  service: NamedProgram,
  configuration: Readonly<Record<string, string>>,
  settings: Settings,
  profile: Profile,
  digest: (text: string) => string,
): Manifest[] {
  const { name, replicated } = service
  const { stack } = settings
  const own = labels(stack, name, service.component)
  const metadata = { name, namespace: namesOf(stack).namespace, labels: own }
  const scaled = replicated && autoscaleUpTo(settings, profile) > 0
  const type = serviceType(settings, profile, service)
  return [
    new Deployment({
      metadata,
      spec: {
        // A number here would undo the autoscaler's at each deployment.
        ...(scaled ? {} : { replicas: replicated && !inLoop(profile) ? settings.replicas : 1 }),
        revisionHistoryLimit: 5,
        selector: { matchLabels: selector(stack, name) },
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
        template: {
          metadata: {
            labels: own,
            annotations: {
              [`${stack.name}/configuration`]: digest(ownConfiguration(service, configuration)),
            },
          },
          spec: podSpec(service, settings, profile),
        },
      },
    }),
    new KubernetesService({
      metadata,
      spec: {
        type,
        selector: selector(stack, name),
        ports: [
          {
            name: 'http',
            port: service.port,
            targetPort: 'http',
            ...(type === 'NodePort' ? { nodePort: service.nodePort } : {}),
          },
        ],
      },
    }),
    // In the loop too: its end takes down what it rendered, and nothing that only an earlier `run` did.
    ...(replicated
      ? [
          new PodDisruptionBudget({
            metadata,
            spec: {
              maxUnavailable: 1,
              unhealthyPodEvictionPolicy: 'AlwaysAllow',
              selector: { matchLabels: selector(stack, name) },
            },
          }),
        ]
      : []),
    ...(scaled ? [autoscaler(service, settings, profile)] : []),
    ...(service.nodePort && exposure(settings, profile) === 'ingress'
      ? [ingress(settings, profile, service)]
      : []),
  ]
}

/** Programs read their settings once, at start: a changed ConfigMap value has to make new pods. */
function ownConfiguration(service: NamedProgram, configuration: Readonly<Record<string, string>>): string {
  return service.config.map((key) => `${key}=${configuration[key]}`).join('\n')
}
