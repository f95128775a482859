import { z } from 'zod'

export function onOrOff() {
  return z.enum(['on', 'off'], 'is not on or off').optional()
}

export function wholeNumber(least: number, most: number) {
  return z.coerce
    .number('is not a number')
    .int('is not a whole number')
    .min(least, `is below ${least}`)
    .max(most, `is above ${most}`)
    .optional()
}
