import type { LogWords } from './log-words.ts'

/** The address a program opens. */
export interface Listen {
  readonly host: string
  readonly port: number
}

/** What is said of a program and of a store alike. */
export interface Common<Secret extends string> {
  /** What it is for the others, like `api`: its label `app.kubernetes.io/component`. */
  readonly component: string
  readonly port: number
  /** The setting, or the secret, that names another one outside, which is used instead. */
  readonly replacedBy?: string
  /** How the lines of its log read that are not JSON. */
  readonly log?: LogWords
  /** Those that it has as files, by their names; a program finds the folder in `SECRETS_DIR`. */
  readonly secrets?: readonly Secret[]
  /** What its container requests, as Kubernetes quantities; in the loop `devMemoryLimit` is used for that of the settings. */
  readonly resources: { readonly cpu: string; readonly memory: string; readonly devMemoryLimit?: string }
}
