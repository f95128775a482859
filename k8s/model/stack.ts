import type { Choices } from './choices.ts'
import type { Database } from './database.ts'
import type { Journey } from './journey.ts'
import type { Program } from './program.ts'
import type { SecretRule } from './secret-rule.ts'
import type { Setting } from './setting.ts'
import type { Store } from './store.ts'

/**
 * What an application is, told once: everything else is given it. Data, and pure functions of the settings.
 *
 * `Config`, `Secret`, `Name` and `Own` are the names of its variables, secrets, services and settings, as the keys say them: a
 * wrong one anywhere else does not compile.
 */
export interface Stack<
  Config extends string = string,
  Secret extends string = string,
  Name extends string = string,
  Own extends string = string,
> {
  /** Its namespace, the label `part-of`, and what the names of its images, ConfigMap and Secret begin with. */
  readonly name: string
  /** A sentence for those who read its chart. */
  readonly about: string
  /** What a person may write about it into `.env.local`, beside what every stack knows. */
  readonly settings: Readonly<Record<Own, Setting>>
  readonly secrets: Readonly<Record<Secret, SecretRule<NoInfer<Secret>, NoInfer<Name>>>>
  /** The plain variables that its programs read. */
  readonly configuration: Readonly<
    Record<Config, (circumstances: Circumstances<NoInfer<Name>, NoInfer<Own>>) => string>
  >
  /** In any order: whoever is called may come later than its callers, in the cluster and on the host. */
  readonly services: Readonly<Record<Name, Service<NoInfer<Config>, NoInfer<Secret>, NoInfer<Name>>>>
  readonly journey: Journey<NoInfer<Secret>, NoInfer<Name>>
  /** The PostgreSQL that holds what people have typed; none where nothing is to be backed up. */
  readonly database?: Database<NoInfer<Secret>, NoInfer<Name>>
  /** An OpenAI-compatible language model that its settings name, where they do: its address, its name and its key, all or none. */
  readonly model?: {
    readonly baseUrl: NoInfer<Own>
    readonly name: NoInfer<Own>
    readonly key: NoInfer<Secret>
  }
}

export type Service<
  Config extends string = string,
  Secret extends string = string,
  Name extends string = string,
> = Program<Config, Secret, Name> | Store<Secret>

/** What differs between targets and profiles: where a service answers, and what a developer is told besides. */
export interface Circumstances<Name extends string = string, Own extends string = string> {
  readonly settings: Choices
  /** What `.env.local` says about the stack itself, or the fallbacks. */
  readonly own: Readonly<Record<Own, string>>
  /** @returns `host:port` */
  readonly at: (service: Name) => string
  /** Under which a browser sees the page. */
  readonly origins: readonly string[]
  /** By whose word the page knows a browser's address: `none`, `peer`, or networks. */
  readonly proxies: string
  readonly inLoop: boolean
}

/** Everything that the model may depend on. */
export interface Settings extends Choices {
  /** What they are the settings of. */
  readonly stack: Stack
}

/** Tells a stack. k8s/stack-problems.ts checks that its parts name one another rightly; k8s/checks.ts, what is rendered. */
export function defineStack<
  Config extends string,
  Secret extends string,
  Name extends string,
  Own extends string,
>(stack: Stack<Config, Secret, Name, Own>): Stack {
  return stack as unknown as Stack
}
