import type { Stack } from '../../../k8s/model/stack.ts'
import type { Kubectl } from '../../cluster/kubectl.ts'
import { Refusal } from '../../shell/refusal.ts'
import type { Begin } from './bring-about.ts'

/** Takes the pods away for as long as the service is. What a deployment puts back meanwhile is back. */
export function faultInCluster({ services }: Stack, kubectl: Kubectl): Begin {
  return async ({ service, is }) => {
    if (is !== 'away')
      throw new Refusal(
        `In a cluster ${service} can be away, not slow.`,
        'npm run dev -- --target host, where nothing stands between two programs',
        2,
      )
    const workload = `${services[service]?.kind === 'store' ? 'statefulset' : 'deployment'}/${service}`
    const scale = async (replicas: number) => {
      await kubectl(['scale', workload, `--replicas=${replicas}`])
      await kubectl(['rollout', 'status', workload, '--timeout=170s'], { timeout: '180s' })
    }
    await scale(0)
    return () => scale(1)
  }
}
