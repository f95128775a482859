import { build, MANIFESTS } from '../node/npm.ts'
import type { HostProgram } from '../on-host.ts'

const CONFIGURATION = [
  ...['next.config.ts', 'tsconfig.json'],
  // Nothing of ours is in them, but Next reads them into what it builds.
  ...['.env', '.env.local', '.env.production', '.env.production.local'],
]

/**
 * Builds the standalone server, and the migration that goes before it.
 *
 * @returns false when nothing changed since the last build
 * @throws Refusal with the build's own last words
 */
export function buildNext(
  { directory, sources, carries = [] }: Pick<HostProgram, 'directory' | 'sources' | 'carries'>,
  interrupted: AbortSignal,
): Promise<boolean> {
  const inputs = [...MANIFESTS, ...CONFIGURATION, ...carries, ...sources]
  const made = { output: '.next/standalone', command: ['npm', 'run', 'build'] }
  return build(directory, { inputs, env: { NEXT_TELEMETRY_DISABLED: '1' }, ...made }, interrupted)
}
