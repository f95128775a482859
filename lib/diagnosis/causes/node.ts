import { isOurs } from '../../cluster/own-cluster.ts'
import type { Facts } from '../facts.ts'
import type { OwnFinding } from '../finding.ts'

/** A node that the cluster has lost touch with. */
export function nodeNotReady({ nodes, context }: Pick<Facts, 'nodes' | 'context'>): OwnFinding[] {
  return nodes
    .filter(({ ready }) => !ready)
    .map(({ name, message }) => ({
      cause: 'node-not-ready',
      where: `node/${name}`,
      message: `Node ${name} is not Ready.`,
      cure: `${start(context)}look at: kubectl describe node ${name}`,
      evidence: [message].filter(Boolean),
    }))
}

/** Of a cluster that we make, its start is the first thing to try. */
export function start(context: string): string {
  return isOurs(context) ? 'npm run cluster -- up — or ' : ''
}

/** A node without room on its disk, and the pods it threw out. Memory is told apart by the eviction's own words. */
export function nodeFull({ nodes, pods }: Facts): OwnFinding[] {
  const pressed = nodes.flatMap(({ name, pressures }) =>
    pressures.map((pressure) => full(`node/${name}`, pressure, `Node ${name} reports ${pressure}.`)),
  )
  // One that was replaced since is history.
  const replaced = new Set(pods.filter(({ ready }) => ready).map(({ workload }) => workload))
  const thrownOut = pods.flatMap(({ workload, evicted }) =>
    evicted === undefined || replaced.has(workload)
      ? []
      : [tooMuch(workload, evicted) ?? full(workload, evicted, evicted)],
  )
  return [...pressed, ...thrownOut]
}

/** A pod that used more than its own limit, on a node that has room. */
function tooMuch(where: string, words: string): OwnFinding | undefined {
  if (!/exceeds the limit|exceeded its local ephemeral storage|exceeds the total limit/.test(words))
    return undefined
  return {
    cause: 'disk-full',
    where,
    message: `${where} was thrown out of its node: it wrote more than its volume or its storage limit may hold.`,
    cure: 'write less, or raise the limit (sizeLimit, ephemeral-storage) in k8s/pod.ts',
    evidence: [words],
  }
}

function full(where: string, words: string, evidence: string): OwnFinding {
  const memory = /memory/i.test(words)
  return {
    cause: memory ? 'out-of-memory' : 'disk-full',
    where,
    message: where.startsWith('node/')
      ? `The ${memory ? 'memory' : 'disk'} of ${where} is nearly used up: it starts no more pods.`
      : `${where} was thrown out of its node: ${memory ? 'memory' : 'disk space'} ran short there.`,
    cure: memory
      ? 'a bigger node (Minikube, whose data goes: minikube delete && minikube config set memory 6g && npm run cluster -- up)'
      : 'make room: docker system prune — and inside Minikube: minikube ssh -- docker system prune --force',
    evidence: [evidence],
  }
}
