import type { ProgramBuilder } from '../particulars.ts'
import { parts } from '../parts.ts'

/**
 * A server in Go, the package in its folder, which listens where `HOST` and `PORT` say, and answers for its health at
 * `/livez` and `/readyz`. In the loop the reloader beside this file builds it anew.
 */
export const go: ProgramBuilder = ({ service, ...program }) => {
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
    command: { run: () => ['./server'], dev: () => ['reload'], devPauses: true },
    env: ({ host, port }) => ({ SERVICE: service, HOST: host, PORT: String(port) }),
    probes: { live: '/livez', ready: '/readyz' },
    ask: (url) => ['/bin/ask', url],
  }
}
