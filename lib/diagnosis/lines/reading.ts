import type { Meaning } from '../../../k8s/model/cause.ts'

/** What a program's lines mean, and which of them says so. */
export interface Reading extends Meaning {
  readonly cause: string
  readonly at: number
}
