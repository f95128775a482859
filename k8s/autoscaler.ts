import { HorizontalPodAutoscaler } from './kubernetes.ts'
import type { Manifest } from './manifest.ts'
import { labels, namesOf } from './names.ts'
import type { NamedProgram } from './services.ts'
import { inLoop, type Profile, type Settings } from './settings.ts'

const REMOTE_UP_TO = 5

/** The most replicas that load may bring; 0 where their number is fixed. */
export function autoscaleUpTo({ autoscaleUpTo, replicas }: Settings, profile: Profile): number {
  if (inLoop(profile)) return 0
  return autoscaleUpTo ?? (profile === 'remote' ? Math.max(REMOTE_UP_TO, replicas) : 0)
}

/** More replicas while their CPU is busier than 70 % of what they ask for. Needs the metrics-server in the cluster. */
export function autoscaler(
  { name, component }: NamedProgram,
  settings: Settings,
  profile: Profile,
): Manifest {
  const { stack } = settings
  return new HorizontalPodAutoscaler({
    metadata: { name, namespace: namesOf(stack).namespace, labels: labels(stack, name, component) },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      minReplicas: settings.replicas,
      maxReplicas: autoscaleUpTo(settings, profile),
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } },
        },
      ],
    },
  })
}
