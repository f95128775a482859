import type { Stack } from './model/stack.ts'
import { selector } from './names.ts'
import { hasLabels, opens, type PolicyRule, type Referring } from './referring.ts'
import { transient } from './transient.ts'

/**
 * What of a NetworkPolicy leads nowhere: such a rule opens nothing, and says nothing about it.
 *
 * @param workloads those of the policy's namespace
 */
export function policyFaults(
  stack: Stack,
  title: string,
  { spec }: Referring,
  workloads: readonly Referring[],
): string[] {
  const passing = transient(stack).map(
    (name): Referring => ({
      kind: 'Pod',
      spec: { template: { metadata: { labels: selector(stack, name) } } },
    }),
  )
  const pods = [...workloads, ...passing]
  const selected = pods.filter((pod) => hasLabels(pod, spec?.podSelector?.matchLabels))
  if (selected.length === 0) return [`${title} selects no pod of the stack.`]
  const sentences: string[] = []
  const look = ({ from, to, ports }: PolicyRule, listening: 'selected' | 'peers') => {
    const peers = (from ?? to ?? []).flatMap(({ podSelector, namespaceSelector }) => {
      if (!podSelector || namespaceSelector) return []
      const named = pods.filter((pod) => hasLabels(pod, podSelector.matchLabels))
      if (named.length === 0)
        sentences.push(`${title} names pods ${JSON.stringify(podSelector.matchLabels)}, which do not exist.`)
      return named
    })
    const listeners = listening === 'selected' ? selected : peers
    // A peer elsewhere has its own ports.
    if (listeners.length > 0)
      for (const { port } of ports ?? [])
        if (!opens(listeners, port))
          sentences.push(`${title} leads to port ${port}, which no container of its pods opens.`)
  }
  for (const rule of spec?.ingress ?? []) look(rule, 'selected')
  for (const rule of spec?.egress ?? []) look(rule, 'peers')
  return sentences
}
