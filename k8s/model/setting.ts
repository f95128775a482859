import { z } from 'zod'

/** What a person may write into `.env.local`. */
export interface Setting {
  /** What the text in `.env.local` has to be; absent is always right. Without it, any text will do. */
  readonly schema?: z.ZodType<string | number | undefined, unknown>
  /** Where it is absent. */
  readonly fallback: string
  /** The value of the Helm chart that is the same setting; without one, a release has the fallback. */
  readonly value?: {
    /** Like `assistant.model`. */
    readonly path: string
    /** With a default, and a sentence for who installs the chart. A boolean is `on` or `off` in `.env.local`. */
    readonly schema: z.ZodType<string | boolean, unknown>
    /** In values-local.yaml, for one machine. */
    readonly local?: string
  }
}

/** `on` or `off`; absent is right. */
export function onOrOff() {
  return z.enum(['on', 'off'], 'is not on or off').optional()
}

/** The digits of a whole number, bounds included; absent is right. */
export function wholeNumber(least: number, most: number) {
  return z.coerce
    .number('is not a number')
    .int('is not a whole number')
    .min(least, `is below ${least}`)
    .max(most, `is above ${most}`)
    .optional()
}
