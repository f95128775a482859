import type { Program } from '../../k8s/model/program.ts'

/** What of a program its runtime does not say. */
export type Particulars<Config extends string, Secret extends string, Name extends string> = Omit<
  Program<Config, Secret, Name>,
  | 'kind'
  | 'runtime'
  | 'log'
  | 'build'
  | 'command'
  | 'debug'
  | 'look'
  | 'reloader'
  | 'packages'
  | 'folders'
  | 'env'
  | 'probes'
  | 'ask'
  | 'writable'
>

/** Makes a service of a program of one runtime; `Only` is what a program of that runtime alone has. */
export type ProgramBuilder<Only = unknown> = <
  const Config extends string = never,
  const Secret extends string = never,
  const Name extends string = never,
>(
  program: Particulars<Config, Secret, Name> & Only & Named<Name>,
) => Program<Config, Secret, Name>

interface Named<Name extends string> {
  /** What it calls itself in its log, and a dev server that answers to known names alone is called by others. */
  readonly service: Name
}
