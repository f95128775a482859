import { CLUSTER } from './tiers.ts'

/** What there is one of. */
const NAMESPACE = 'the namespace of the main stack'
const SOURCES = 'what the node holds as the checkout'
const ROOM = 'what room a small node has beside the main stack'

/** The files of `tests/cluster` in the order in which they begin, and what each has for itself meanwhile. */
const LANES: readonly (readonly [uses: readonly string[], names: readonly string[]])[] = [
  // The first leaves the stack as `skaffold run` deploys it, which serves the others until `raw` takes it down.
  [[NAMESPACE], ['run-and-delete', 'auth', 'chat', 'stories', 'manifests', 'network']],
  [[NAMESPACE], ['rollout', 'secrets', 'bad-input', 'backup', 'raw', 'remote', 'helm']],
  [
    [NAMESPACE, SOURCES],
    ['dev-loop', 'debug'],
  ],
  [[NAMESPACE], ['synced-loop']],
  // Beside all these: what has a cluster, an engine or namespaces of its own.
  [[], ['encryption']],
  [[ROOM, SOURCES], ['other-stacks']],
  [[], ['compose']],
  [[ROOM], ['diagnosis', 'helm-secret']],
  // They render, and ask nobody.
  [[], ['helm-template', 'linters']],
]
const USES = new Map<string, readonly string[]>(
  LANES.flatMap(([uses, names]) => names.map((name) => [`${CLUSTER}/${name}.test.ts`, uses])),
)
export const PLACED: readonly string[] = [...USES.keys()]

/** @returns what no other file may use while this one runs; of one that stands nowhere, the main stack's namespace */
export function usedBy(file: string): readonly string[] {
  return USES.get(file) ?? [NAMESPACE]
}

/** Those that stand nowhere come last. */
export function inOrder(files: readonly string[]): string[] {
  const place = (file: string) => (USES.has(file) ? PLACED.indexOf(file) : PLACED.length)
  return files.toSorted((one, other) => place(one) - place(other))
}
