import type { Listen } from '../../../k8s/model/common.ts'
import type { Program } from '../../../k8s/model/program.ts'
import { ask } from '../node/ask.ts'
import type { Particulars } from '../particulars.ts'
import { parts } from '../parts.ts'
import { nextLog } from './log.ts'

/** What only a program of Next.js has. */
interface OnlyNext {
  /** What makes its tables, and ends: as it is built, below `dist`, and as it is written. */
  readonly migrate: { readonly built: string; readonly source: string }
}

/** A server of Next.js as `output: 'standalone'` builds it, which answers for its health below `/api/health`. */
export function next<
  const Config extends string = never,
  const Secret extends string = never,
  const Name extends string = never,
>({
  migrate,
  carries = [],
  ...program
}: Particulars<Config, Secret, Name> & OnlyNext): Program<Config, Secret, Name> {
  const written = program.migrations?.slice(program.directory.length + 1) ?? migrate.source
  const args = { DIRECTORY: program.directory, PORT: String(program.port) }
  const reloading = { MIGRATE: migrate.source, WRITTEN: written }
  const sources = parts([...program.sources, ...carries])
  const dev = ({ host }: Listen, reloader: string) => [
    ...['node', `${reloader}/main.ts`, migrate.source, written],
    ...['dev', '--hostname', host],
  ]
  return {
    kind: 'program',
    runtime: 'next',
    log: nextLog,
    ...program,
    carries,
    build: {
      dockerfile: 'docker/next.Dockerfile',
      fetches: true,
      locked: 'package-lock.json',
      run: { target: 'prod', args: { ...args, ...sources } },
      synced: { target: 'dev', args: { ...args, ...reloading, ...sources } },
      mounted: { target: 'mounted', args: { ...args, ...reloading } },
    },
    command: {
      run: () => ['node', 'server.js'],
      dev,
      migrate: ['node', migrate.built],
      devMigrates: true,
    },
    debug: {
      type: 'node',
      command: (listen, reloader, { host, port }) => [
        ...dev(listen, reloader),
        '--inspect',
        `${host}:${port}`,
      ],
    },
    look: 'lib/runtimes/next/look.mjs',
    reloader: 'lib/runtimes/next/reload',
    folders: { run: '.next/standalone', dev: '.', migrate: 'dist' },
    env: ({ host, port }) => ({ HOSTNAME: host, PORT: String(port), NEXT_TELEMETRY_DISABLED: '1' }),
    probes: { live: '/api/health/live', ready: '/api/health/ready' },
    ask,
    writable: { run: ['.next/cache'], dev: ['.next'] },
  }
}
