import type { Problem } from './problem.ts'

/** Why a program fails, by what it says then. */
export interface Cause {
  /** Names it for programs and in docs/runbooks/what-the-doctor-finds.md. */
  readonly id: string
  /** Of the lines that say so the newest counts. */
  readonly says: RegExp | ((place: Place) => RegExp)
  readonly means: (match: RegExpExecArray, place: Place) => Meaning
  /** Whether a program that is ready fails like this too: then only what it said of late counts. */
  readonly whileReady?: boolean
}

/** What a line means where it was said. */
export interface Meaning extends Problem {
  /** What tells it from others of its cause at its place, the most general first; none where there is one alone. */
  readonly details?: readonly string[]
  /** The service whose own failure explains it, like `store`, or a container of its, like `api (migrate)`. */
  readonly blames?: string
}

/** Where a line was said. */
export interface Place {
  /** Like `deployment/api`, or `api` on the host. */
  readonly where: string
  /** Its namespace, and the names of the Services there; undefined on the host. */
  readonly cluster: { readonly namespace: string; readonly services: readonly string[] } | undefined
  /** Whether a service of the stack is one of these pods or processes. */
  readonly runs: (service: string) => boolean
  /** Who makes the tables that it reads; itself where nobody does. */
  readonly migrator: string
  /** The database that it uses: the service of the stack, the secret with its address, and the port there. */
  readonly database: { readonly service: string; readonly secret: string; readonly port: number } | undefined
  /** By port, the services that it may connect to, besides the database. */
  readonly ports: ReadonlyMap<number, string>
  /** What in `.env.local` names addresses outside. */
  readonly addresses: readonly string[]
  /** The command that brings a changed `.env.local` to the programs. */
  readonly afterSettings: string
}
