import type { Container, Facts } from '../facts.ts'
import { failing } from '../failing.ts'
import { type OwnFinding, where } from '../finding.ts'

/** 128 + SIGKILL. */
const KILLED = 137

/** A container that was killed at its memory limit. */
export function outOfMemory(facts: Facts): OwnFinding[] {
  return failing(facts).flatMap(({ pod, container, killed, words }) => {
    if (killed || !hitItsLimit(container)) return []
    const at = where(pod.workload, container.name)
    return [
      {
        cause: 'out-of-memory',
        where: at,
        message: `${at} was killed: it needs more memory than its limit of ${container.memoryLimit ?? 'the node'}.`,
        cure: 'use less, or raise its memory limit in stack/stack.ts',
        evidence: words.slice(-3),
      },
    ]
  })
}

/** At times the kubelet says OOMKilled of one end and a mere Error of the next. */
function hitItsLimit({ state, last, memoryLimit }: Container): boolean {
  return [state.is === 'ended' ? state : undefined, last].some(
    (end) => end?.reason === 'OOMKilled' || (end?.code === KILLED && memoryLimit !== undefined),
  )
}
