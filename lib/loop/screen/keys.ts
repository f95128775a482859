/** To which log lines the screen is narrowed. */
export interface Narrowing {
  /** Whose; of all where there is none. */
  readonly service?: string | undefined
  /** What they have to contain, whatever the case. */
  readonly contains?: string | undefined
}

/** What keys have made of the screen. */
export interface View extends Narrowing {
  /** A question that is being answered, with what is typed so far. */
  readonly prompt?: { readonly asks: keyof typeof PROMPTS; readonly text: string }
  /** Whether the keys are told. */
  readonly helps?: boolean
}

/** What a key asks for that is more than another view. */
export type Intent =
  | { readonly does: 'show'; readonly wanted: Narrowing }
  | { readonly does: 'restart'; readonly service: string }
  | { readonly does: 'open' | 'link' | 'stop' }
  | { readonly does: 'refuse'; readonly name: string }

export interface Reaction {
  readonly view: View
  readonly intent?: Intent
}

/** What each question says, and what Enter means where nothing is typed. */
export const PROMPTS = {
  show: 'show which service, by number or name (Enter: all):',
  search: 'search (Enter: no more):',
  restart: 'restart which service, by number or name:',
} as const

export const KEYS = {
  f: 'the lines of one service, or of all',
  '/': 'lines with these words',
  Esc: 'all lines again; out of a question',
  r: 'restart a service',
  o: 'open the page',
  d: "the dashboard's link in full",
  '?': 'these keys, and away with them',
  'q, Ctrl-C': 'end the loop',
} as const

const [ESCAPE, ENTER, ERASE, ERASE_ALL] = ['\x1b', '\r\n', '\x7f\b', '\x15']
// ECMA-48: a control sequence, a shifted or an Alt key; else a character.
const KEY = new RegExp(`${ESCAPE}\\[[0-?]*[ -/]*[@-~]|${ESCAPE}O.|${ESCAPE}?.`, 'gsu')

/** @param text as a terminal sends it, of several keys where they came at once */
export function keysIn(text: string): readonly string[] {
  return text.match(KEY) ?? []
}

/**
 * What a key does.
 *
 * @param key as a terminal sends it; one that means nothing changes nothing
 * @param names of the services, in the order of their numbers
 */
export function press(view: View, key: string, names: readonly string[]): Reaction {
  if (view.prompt) return type(view, view.prompt, key, names)
  const { helps = false, ...shown } = view
  switch (key) {
    case 'f':
      return { view: { ...shown, prompt: { asks: 'show', text: '' } } }
    case '/':
      return { view: { ...shown, prompt: { asks: 'search', text: '' } } }
    case 'r':
      return { view: { ...shown, prompt: { asks: 'restart', text: '' } } }
    case 'o':
      return { view: shown, intent: { does: 'open' } }
    case 'd':
      return { view: shown, intent: { does: 'link' } }
    case 'q':
      return { view: shown, intent: { does: 'stop' } }
    case '?':
      return { view: { ...shown, helps: !helps } }
    case ESCAPE:
      return isNarrow(view) ? show({}) : { view: shown }
    default:
      return { view }
  }
}

/** Whether some lines are left out. */
export function isNarrow({ service, contains }: Narrowing): boolean {
  return service !== undefined || contains !== undefined
}

function type(
  { service, contains }: View,
  { asks, text }: NonNullable<View['prompt']>,
  key: string,
  names: readonly string[],
): Reaction {
  const shown = { service, contains }
  const typing = (typed: string): Reaction => ({ view: { ...shown, prompt: { asks, text: typed } } })
  if (key === ESCAPE) return { view: shown }
  if (ERASE.includes(key)) return typing([...text].slice(0, -1).join(''))
  if (key === ERASE_ALL) return typing('')
  if (!ENTER.includes(key)) return isPrintable(key) ? typing(text + key) : typing(text)
  if (asks === 'search') return show({ service, contains: text || undefined })
  const name = text.trim()
  if (name === '') return asks === 'show' ? show({ contains }) : { view: shown }
  const named = names.find((candidate, index) => candidate === name || `${index + 1}` === name)
  if (named === undefined) return { view: shown, intent: { does: 'refuse', name } }
  return asks === 'show'
    ? show({ ...shown, service: named })
    : { view: shown, intent: { does: 'restart', service: named } }
}

function show(wanted: Narrowing): Reaction {
  return { view: wanted, intent: { does: 'show', wanted } }
}

function isPrintable(key: string): boolean {
  return !key.startsWith(ESCAPE) && !/\p{Cc}/u.test(key)
}
