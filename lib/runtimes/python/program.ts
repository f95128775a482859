import type { Listen, Program } from '../../../k8s/model/stack.ts'

/** What of a Python program its runtime does not say. */
type Told<Config extends string, Secret extends string, Name extends string> = Omit<
  Program<Config, Secret, Name>,
  'kind' | 'command' | 'probes'
> & {
  /** What it calls itself in its log. */
  readonly service: Name
  /** The ASGI application, as `module:name`. */
  readonly app: string
  /** The module that makes its tables, and ends. */
  readonly migrate?: string
}

/** Seconds that requests have to end in. */
const GRACE = 18

/** A server of uvicorn, which answers for its health below `/health`; in the loop a reloader that forks it anew. */
export function python<Config extends string, Secret extends string, Name extends string>({
  service,
  app,
  migrate,
  ...program
}: Told<Config, Secret, Name>): Program<Config, Secret, Name> {
  const listening = ({ host, port }: Listen) => ['--host', host, '--port', String(port)]
  return {
    kind: 'program',
    ...program,
    command: {
      run: (listen) => [
        ...['python', '-m', 'uvicorn', app, ...listening(listen)],
        ...['--no-access-log', '--timeout-graceful-shutdown', String(GRACE)],
      ],
      dev: (listen) => [
        ...['python', '-m', 'core.reload', '--service', service, ...listening(listen)],
        ...program.sources.flatMap((folder) => ['--watch', folder]),
        app,
      ],
      ...(migrate ? { migrate: ['python', '-m', migrate] } : {}),
    },
    probes: { live: '/health/live', ready: '/health/ready' },
  }
}
