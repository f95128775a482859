import type { z } from 'zod'
import type { Choices } from './choices.ts'

/** Where a value comes from: only a person knows it, it is random and made once, or it follows from others each time. */
export type SecretRule<Secret extends string = string, Name extends string = string> = {
  /** What a value of a person's has to look like; without it, any text will do. */
  readonly schema?: z.ZodType<string | undefined, unknown>
  /** False where these settings have no use for it. */
  readonly needed?: (settings: Choices) => boolean
} & (
  | { readonly source: 'given' }
  | {
      readonly source: 'generated'
      /** What in the database only this value opens: with data there, a lost value cannot be made up. */
      readonly opens?: string
      /** The SQL that makes the database follow a new value, which has no quote to escape; none where its readers do alone. */
      readonly rotate?: (value: string) => string
      /** Whether pods go on making what only the old value opens, until they are gone. */
      readonly madeByPods?: boolean
    }
  /** Given by a person where that service is not ours. */
  | {
      readonly source: 'derived'
      readonly from: Name
      readonly derive: (secret: (name: Secret) => string, address: string) => string
    }
)
