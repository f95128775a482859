import type { Rig } from './rig.ts'

/** One way to run the stack with a loop, as the tables name it. */
export const SUBJECTS = ['host plain', 'host', 'mounted', 'synced', 'loop', 'stock', 'tilt'] as const
export type SubjectName = (typeof SUBJECTS)[number]

/** A loop that is up and at rest. */
export interface RunningSubject {
  /** The checkout whose files it follows. */
  readonly folder: string
  /** Where a service that is edited, or the page, answers on this machine, like http://127.0.0.1:8080. */
  readonly addressOf: (service: string) => string
  /** Where a browser would see the page: sign-up asks. */
  readonly origin: string
  readonly stop: () => Promise<void>
}

export interface Subject {
  readonly name: SubjectName
  /** @returns why this machine cannot measure it now, with the cure; undefined when it can */
  readonly obstacle: () => Promise<string | undefined>
  /** @throws Refusal when it does not come up; nothing of it is left then */
  readonly start: () => Promise<RunningSubject>
}

/** A subject of an application. */
export type SubjectOf = (rig: Rig) => Subject
