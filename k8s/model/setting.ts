import { z } from 'zod'

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
