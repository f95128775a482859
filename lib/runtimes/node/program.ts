import type { ProgramBuilder } from '../particulars.ts'
import { parts } from '../parts.ts'
import { ask } from './ask.ts'
import { nodeLog } from './log.ts'

/** What only a Node program has. */
interface OnlyNode {
  /** The module that serves. */
  readonly server: string
}

/** A server of Node's own, in TypeScript, which answers for its health below `/health`. */
export const node: ProgramBuilder<OnlyNode> = ({ service, server, ...program }) => {
  const { directory, port, sources } = program
  const args = { DIRECTORY: directory, SERVER: server, PORT: String(port) }
  return {
    kind: 'program',
    runtime: 'node',
    log: nodeLog,
    ...program,
    build: {
      dockerfile: 'docker/node.Dockerfile',
      fetches: false,
      run: { target: 'prod', args: { ...args, ...parts(sources) } },
      synced: { target: 'dev', args: { ...args, ...parts(sources) } },
      mounted: { target: 'dev', args },
    },
    command: {
      run: () => ['node', server],
      dev: (_, folder) => ['node', `${folder}/main.ts`, service, server],
      devPauses: true,
    },
    debug: {
      type: 'node',
      command: (_, folder, { host, port }) => [
        ...['node', `${folder}/main.ts`, service, server, `--inspect=${host}:${port}`],
      ],
    },
    reloader: 'lib/runtimes/node/reload',
    env: ({ host, port }) => ({ HOSTNAME: host, PORT: String(port) }),
    probes: { live: '/health/live', ready: '/health/ready' },
    ask,
  }
}
