import type { Listen } from '../../../k8s/model/common.ts'
import { ask } from '../node/ask.ts'
import type { ProgramBuilder } from '../particulars.ts'
import { parts } from '../parts.ts'
import { viteLog } from './log.ts'

/** What only a page of Vite has. */
interface OnlyVite {
  /** The module of Node that serves what was built into `dist`, and answers for its health at `/livez` and `/readyz`. */
  readonly server: string
}

/** A page of Vite, whose `cacheDir` is `.vite` beside its package.json; in the loop its dev server serves it. */
export const vite: ProgramBuilder<OnlyVite> = ({ service, server, ...program }) => {
  const { directory, port, sources } = program
  const args = { DIRECTORY: directory, SERVER: server, PORT: String(port) }
  const dev = ({ host, port }: Listen) => [
    ...['node_modules/vite/bin/vite.js', '--host', host, '--port', String(port), '--strictPort'],
    // Others write what they make of vite.config.ts beside it, where a pod has nothing to write.
    ...['--configLoader', 'runner', '--clearScreen', 'false'],
  ]
  return {
    kind: 'program',
    runtime: 'vite',
    log: viteLog,
    ...program,
    build: {
      dockerfile: 'docker/vite.Dockerfile',
      fetches: true,
      locked: 'package-lock.json',
      run: { target: 'prod', args: { ...args, ...parts([...sources, server]) } },
      synced: { target: 'dev', args: { ...args, ...parts(sources) } },
      mounted: { target: 'mounted', args },
    },
    command: {
      run: () => ['node', server],
      dev: (listen) => ['node', ...dev(listen)],
    },
    debug: {
      type: 'node',
      command: (listen, _, { host, port }) => ['node', `--inspect=${host}:${port}`, ...dev(listen)],
    },
    look: 'lib/runtimes/vite/look.mjs',
    env: ({ host, port }) => ({
      HOSTNAME: host,
      PORT: String(port),
      // https://vite.dev/config/server-options#server-allowedhosts
      __VITE_ADDITIONAL_SERVER_ALLOWED_HOSTS: service,
    }),
    // To the dev server, these are the page.
    probes: { live: '/livez', ready: '/readyz' },
    ask,
    writable: { run: [], dev: ['.vite'] },
  }
}
