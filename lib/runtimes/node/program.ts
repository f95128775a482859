import type { Program } from '../../../k8s/model/stack.ts'

/** What of a Node program its runtime does not say. */
type Told<Config extends string, Secret extends string, Name extends string> = Omit<
  Program<Config, Secret, Name>,
  'kind' | 'command' | 'probes' | 'env'
> & {
  /** The module that serves, and the one that starts it again after each save. */
  readonly server: string
  readonly reloader: string
}

/** A server of Node's own, in TypeScript, which answers for its health below `/health`. */
export function node<Config extends string, Secret extends string, Name extends string>({
  server,
  reloader,
  ...program
}: Told<Config, Secret, Name>): Program<Config, Secret, Name> {
  return {
    kind: 'program',
    ...program,
    command: { run: () => ['node', server], dev: () => ['node', reloader] },
    env: ({ host, port }) => ({ HOSTNAME: host, PORT: String(port) }),
    probes: { live: '/health/live', ready: '/health/ready' },
  }
}
