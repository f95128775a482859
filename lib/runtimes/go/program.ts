import type { Program } from '../../../k8s/model/program.ts'
import { parts } from '../parts.ts'

/** What of a Go program its runtime does not say. */
type Particulars<Config extends string, Secret extends string, Name extends string> = Omit<
  Program<Config, Secret, Name>,
  'kind' | 'runtime' | 'build' | 'command' | 'debug' | 'probes' | 'ask' | 'env'
> & {
  /** What it calls itself in its log: it reads that from `SERVICE`. */
  readonly service: Name
}

/**
 * A server in Go, the package in its folder, which listens where `HOST` and `PORT` say, and answers for its health at
 * `/livez` and `/readyz`. In the loop the reloader beside this file builds it anew.
 */
export function go<
  const Config extends string = never,
  const Secret extends string = never,
  const Name extends string = never,
>({ service, ...program }: Particulars<Config, Secret, Name>): Program<Config, Secret, Name> {
  const { directory, port, sources } = program
  const args = { DIRECTORY: directory, SERVICE: service, PORT: String(port) }
  return {
    kind: 'program',
    runtime: 'go',
    ...program,
    build: {
      dockerfile: 'docker/go.Dockerfile',
      fetches: true,
      locked: 'go.mod',
      run: { target: 'prod', args: { ...args, ...parts(sources) } },
      synced: { target: 'dev', args: { ...args, ...parts(sources) } },
      mounted: { target: 'mounted', args },
    },
    command: { run: () => ['./server'], dev: () => ['reload'] },
    env: ({ host, port }) => ({ SERVICE: service, HOST: host, PORT: String(port) }),
    probes: { live: '/livez', ready: '/readyz' },
    ask: (url) => ['/bin/ask', url],
  }
}
