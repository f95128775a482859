import type { Facts } from '../facts.ts'
import type { OwnFinding } from '../finding.ts'

/** Milliseconds: the kubelet's caches may need a moment, and it tries again by itself. */
const A_MOMENT = 10_000
/** The second: a node's request for a token overtook what tells the API server that the pod is there. */
const PASSES = /timed out waiting for the condition|no relationship found between node/

/** A volume that the node cannot mount, for another reason than a missing Secret or ConfigMap, which `configuration.ts` looks at. */
export function volumeNotMounted({ pods, events, now }: Facts): OwnFinding[] {
  return pods.flatMap(({ name, workload, containers, readySince }) => {
    if (now - readySince < A_MOMENT || containers.some(({ state }) => state.is !== 'waiting')) return []
    const words = events.filter(
      ({ about, reason }) => about === `Pod/${name}` && /FailedMount|FailedAttachVolume/.test(reason),
    )
    const [, volume = 'a volume', why] =
      /for volume "([^"]+)"\s*: (.+)/.exec(words.at(-1)?.message ?? '') ?? []
    if (!why || PASSES.test(why) || /(secret|configmap|config key).*(not found|non-existent)/i.test(why))
      return []
    return [
      {
        cause: 'volume-not-mounted',
        where: workload,
        message: `${workload} cannot start: its volume ${volume} cannot be mounted.`,
        details: [volume],
        cure: /hostPath|is not a directory/.test(why)
          ? 'the node does not hold this checkout: npm run cluster -- down --delete, then up; or skaffold dev -p synced'
          : `kubectl describe pod ${name}`,
        evidence: words.map(({ message }) => message).slice(-2),
      },
    ]
  })
}
