import type { Program } from '../../../k8s/model/program.ts'
import { parts } from '../parts.ts'
import { ask } from './ask.ts'
import { nodeLog } from './log.ts'

/** What of a Node program its runtime does not say. */
type Particulars<Config extends string, Secret extends string, Name extends string> = Omit<
  Program<Config, Secret, Name>,
  'kind' | 'runtime' | 'build' | 'command' | 'debug' | 'reloader' | 'probes' | 'ask' | 'env'
> & {
  /** What it calls itself in its log. */
  readonly service: Name
  /** The module that serves. */
  readonly server: string
}

/** A server of Node's own, in TypeScript, which answers for its health below `/health`. */
export function node<
  const Config extends string = never,
  const Secret extends string = never,
  const Name extends string = never,
>({ service, server, ...program }: Particulars<Config, Secret, Name>): Program<Config, Secret, Name> {
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
