import type { Facts } from '../facts.ts'
import type { OwnFinding } from '../finding.ts'

/** Milliseconds for which a pod may wait: another may be on its way out. */
const A_MOMENT = 2_500

/** A pod that no node takes, and what lacks. Its volume is looked at in `claim.ts`. */
export function unschedulable({ pods, now, namespace }: Facts): OwnFinding[] {
  return pods.flatMap(({ unschedulable: waiting, workload: where }) => {
    if (!waiting || now - waiting.since < A_MOMENT || /PersistentVolumeClaim/i.test(waiting.message))
      return []
    const lacks = lacking(waiting.message)
    return [
      {
        cause: 'unschedulable',
        where,
        message: `${where} finds no node: ${lacks.length > 0 ? lacks.join(', ') : 'none takes its pod'}.`,
        details: lacks,
        cure: cureFor(waiting.message, namespace),
        evidence: [waiting.message],
      },
    ]
  })
}

/** The scheduler's words: `0/1 nodes are available: 1 Insufficient cpu. preemption: …` */
function lacking(words: string): string[] {
  const [, list = ''] = /nodes are available: (.*?)(?:\. |$)/.exec(words) ?? []
  return [
    ...[...list.matchAll(/Insufficient ([\w./-]+)/g)].map(([, what]) => `too little ${what} is free`),
    ...(/node affinity\/selector/.test(list) ? ['no node has the labels that it selects'] : []),
    ...[...list.matchAll(/untolerated taint\(?s?\)? ?(\{[^}]*\})?/g)].map(([, taint]) =>
      `it does not tolerate the taint ${taint ?? ''}`.trim(),
    ),
    ...(/Too many pods/.test(list) ? ['the nodes are full of pods'] : []),
    ...(/free ports/.test(list) ? ['the host port is taken'] : []),
    ...(/were unschedulable/.test(list) ? ['the nodes are cordoned'] : []),
  ]
}

function cureFor(words: string, namespace: string): string {
  if (/Insufficient/.test(words))
    return 'ask for less in stack/stack.ts — or a bigger cluster (Minikube, whose data goes: minikube delete && minikube config set cpus 4 && npm run cluster -- up)'
  if (/affinity\/selector/.test(words)) return 'kubectl get nodes --show-labels shows what can be selected'
  if (/taint/.test(words))
    return 'kubectl describe nodes shows the taints; kubectl taint nodes NODE KEY- removes one'
  if (/were unschedulable/.test(words)) return 'kubectl uncordon NODE'
  return `kubectl -n ${namespace} describe pods`
}
