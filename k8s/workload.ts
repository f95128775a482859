import { Deployment } from 'kubernetes-models/apps/v1/Deployment'
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget'
import { Service as KubernetesService } from 'kubernetes-models/v1/Service'
import { autoscaler, autoscaleUpTo } from './autoscaler.ts'
import type { ConfigKey } from './configuration.ts'
import { exposure, ingress, serviceType } from './exposure.ts'
import type { Manifest } from './manifest.ts'
import { labels, NAMESPACE, selector } from './names.ts'
import { podSpec } from './pod.ts'
import type { Service } from './services.ts'
import { inLoop, type Profile, type Settings } from './settings.ts'

/** Deployment and Service of one service, and what its replicas and its visitors from outside need. */
export function workload(
  service: Service,
  configuration: Readonly<Record<ConfigKey, string>>,
  settings: Settings,
  profile: Profile,
  digest: (text: string) => string,
): Manifest[] {
  const { name } = service
  const metadata = { name, namespace: NAMESPACE, labels: labels(name, service.component) }
  const replicated = name !== 'assistant-stub'
  const scaled = replicated && autoscaleUpTo(settings, profile) > 0
  const type = serviceType(settings, profile, service)
  return [
    new Deployment({
      metadata,
      spec: {
        // A number here would undo the autoscaler's at each deployment.
        ...(scaled ? {} : { replicas: replicated && !inLoop(profile) ? settings.replicas : 1 }),
        revisionHistoryLimit: 5,
        selector: { matchLabels: selector(name) },
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
        template: {
          metadata: {
            labels: labels(name, service.component),
            annotations: { 'todo/configuration': digest(ownConfiguration(service, configuration)) },
          },
          spec: podSpec(service, settings, profile),
        },
      },
    }),
    new KubernetesService({
      metadata,
      spec: {
        type,
        selector: selector(name),
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
              selector: { matchLabels: selector(name) },
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
function ownConfiguration(service: Service, configuration: Readonly<Record<ConfigKey, string>>): string {
  return service.config.map((key) => `${key}=${configuration[key]}`).join('\n')
}
