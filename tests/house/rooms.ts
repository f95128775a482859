/** The rooms of lib/ from the ground up: each may import those before it. */
const LIB = [
  'shell',
  'browser',
  'stack',
  'cluster',
  'runtimes',
  'secrets',
  'smoke',
  'diagnosis',
  'host',
  'loop',
].map((name) => `lib/${name}`)

/** What a room may import beside itself, and never the other way round. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'k8s/model': [],
  k8s: ['k8s/model'],
  ...Object.fromEntries(LIB.map((room, index) => [room, ['k8s', 'k8s/model', ...LIB.slice(0, index)]])),
  'lib/shell': [],
  'lib/runtimes': ['k8s/model', 'lib/shell'],
  stack: ['k8s/model', 'lib/runtimes'],
  examples: ['k8s/model', 'lib/runtimes'],
  hooks: ['k8s', 'k8s/model', ...LIB],
  scripts: ['k8s', 'k8s/model', ...LIB],
  // The copy that a node holds is made as the tests make theirs.
  'scripts/bench': ['scripts', 'k8s', 'k8s/model', ...LIB, 'tests'],
}

/** Folders that are rooms of their own within another. */
const INNER = [/^lib\/[^/]+/, /^apps\/[^/]+/, /^k8s\/model\b/, /^scripts\/bench\b(?!\.ts)/]

/** @param file below the checkout */
export function roomOf(file: string): string {
  if (/^(apps\/[^/]+|stack|examples\/[^/]+)\/tests\//.test(file)) return 'tests'
  const inner = INNER.flatMap((pattern) => pattern.exec(file)?.[0] ?? [])
  return inner[0] ?? file.split('/')[0] ?? file
}

export function mayImport(room: string, other: string): boolean {
  if (room === other || room === 'tests') return true
  if (room === 'scripts' && other === 'scripts/bench') return true
  return MAY_IMPORT[room]?.includes(other) ?? false
}
