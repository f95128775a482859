import type { Common, Listen } from './common.ts'

/** Where a store runs: what it opens, and folders of its own. */
export interface StorePlace extends Listen {
  /** Where its data is. */
  readonly data: string
  /** Where each of its secrets is, in a file of that name. */
  readonly secrets: string
}

/** A store without its image: PostgreSQL from npm's binaries, or a program of the machine. */
export type StoreOnHost =
  | 'postgres'
  | {
      /** Looked for on PATH: the store's command starts it. */
      readonly program: string
      /** How a person gets the program. */
      readonly cure: string
    }

/** A public image that keeps data, calls nobody, and is nobody's to edit: one replica on one volume. */
export interface Store<Secret extends string = string> extends Common<Secret> {
  readonly kind: 'store'
  readonly image: string
  /** Of the system user that the image's program runs as. */
  readonly uid: number
  /** Instead of the image's own; no secret is among the words. */
  readonly command?: (place: StorePlace) => readonly string[]
  readonly env?: (place: StorePlace) => Readonly<Record<string, string>>
  /** Where the volume with its data is mounted. */
  readonly data: string
  /** Other folders that it writes to, by the names of their volumes. */
  readonly writable: Readonly<Record<string, string>>
  /** How it runs on a machine without an engine. */
  readonly onHost: StoreOnHost
  /** The command in the container that ends with 0 when it can be used. */
  readonly ready: (place: StorePlace) => readonly string[]
  /** Makes what its first start needs out of a folder of the checkout, where there is no data yet. */
  readonly init?: { readonly folder: string; readonly mounted: string; readonly command: readonly string[] }
}
