import { styleText } from 'node:util'

/** Gives text a colour, or leaves it where there are none. */
export type Paint = (format: Parameters<typeof styleText>[0], text: string) => string

// Node would look at standard output, whatever stream is meant.
export const inColour: Paint = (format, text) => styleText(format, text, { validateStream: false })
export const plain: Paint = (_, text) => text

const COLOURS = ['cyan', 'magenta', 'blue', 'yellow', 'green'] as const

/** @returns the colour of a service, the same in the screen and in its log lines */
export function colourOf(name: string, names: readonly string[]) {
  return COLOURS[names.indexOf(name) % COLOURS.length] ?? 'white'
}
