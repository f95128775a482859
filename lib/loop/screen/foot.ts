import { isNarrow, KEYS, type Narrowing, PROMPTS, type View } from './keys.ts'
import type { Paint } from './paint.ts'

/**
 * What is below the screen of a person who types: the question, the keys, or which lines are shown.
 *
 * @param width of the terminal in columns; no line is longer
 * @param names of the services, in the order of their numbers
 */
export function footLines(view: View, names: readonly string[], width: number, paint: Paint): string[] {
  const room = Math.max(0, width - 3)
  const cut = (text: string) => (text.length > room ? `${text.slice(0, Math.max(0, room - 1))}…` : text)
  if (view.prompt) {
    const { asks, text } = view.prompt
    const question = cut(PROMPTS[asks])
    // The end of what is typed is what is looked at.
    const typed = text.slice(-Math.max(1, room - question.length - 2))
    const numbers = cut(names.map((name, index) => `${index + 1} ${name}`).join('   '))
    return [...(asks === 'search' ? [] : [`  ${numbers}`]), `  ${paint('bold', question)} ${typed}▏`]
  }
  if (view.helps) {
    const column = Math.max(...Object.keys(KEYS).map(({ length }) => length)) + 2
    return Object.entries(KEYS).map(([key, does]) => `  ${cut(`${key.padEnd(column)}${does}`)}`)
  }
  const narrowed = isNarrow(view) ? `${shownOf(view)} (Esc: all)   ` : ''
  return [`  ${paint('dim', cut(`${narrowed}? keys`))}`]
}

/** Which lines are shown, in words. */
export function shownOf({ service, contains }: Narrowing): string {
  const words = contains === undefined ? '' : ` with "${contains}"`
  return `lines of ${service ?? 'all services'}${words}`
}
