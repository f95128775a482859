import type { HostRuntime } from '../on-host.ts'

/** Lets Node 20 run TypeScript; a URL: in a path, `#` and `%` would be read as one's. */
const TSX = import.meta.resolve('tsx')

export const nodeOnHost: HostRuntime = () => ({ preparations: [], command: onThisNode })

/** A command of Node's, by the Node that runs us. Images carry Node 24, which runs TypeScript as it is. */
export function onThisNode([, ...words]: readonly string[]): string[] {
  return [process.execPath, ...(words[0]?.endsWith('.ts') ? ['--import', TSX] : []), ...words]
}
