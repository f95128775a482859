import { COUNTS, type Due, dueNamed, EVENING, MORNING, WEEKDAYS } from './due.ts'
import { type Recurrence, RHYTHM, rhythmNamed } from './rhythm.ts'

/** What words say about when: a moment, a rhythm, or both. */
export type When = { readonly due?: Due; readonly recurrence?: Recurrence }

const RHYTHM_ALONE = new RegExp(`^${RHYTHM}$`, 'i')
const RHYTHM_FIRST = new RegExp(`^${RHYTHM},? (?:(?:starting|beginning|from) )?(?<moment>.+)$`, 'i')
const RHYTHM_LAST = new RegExp(
  `^(?<moment>.+?),? (?:and )?(?:then )?(?:(?:repeat|recur)(?:s|ing|ed)? )?${RHYTHM}$`,
  'i',
)
const EVERY_WEEKDAY = new RegExp(
  `^(?:every|each|on) (?<moment>(?:${WEEKDAYS.join('|')}))s?(?<at>,? .+)?$`,
  'i',
)
const EVERY_PART = /^(?:every|each) (?<part>morning|evening|night)(?<at>,? .+)?$/i

/** What the words say about when, or undefined when they say nothing else than that, or nothing. */
export function whenNamed(words: string): When | undefined {
  const due = dueNamed(words)
  if (due) return { due }
  if (RHYTHM_ALONE.test(words)) return { recurrence: rhythmNamed(words) }
  const both = (RHYTHM_FIRST.exec(words) ?? RHYTHM_LAST.exec(words))?.groups
  if (both?.moment && both.rhythm) return withRhythm(dueNamed(both.moment), rhythmNamed(both.rhythm))
  const weekday = EVERY_WEEKDAY.exec(words)?.groups
  if (weekday?.moment) return withRhythm(dueNamed(`${weekday.moment}${weekday.at ?? ''}`), 'weekly')
  const part = EVERY_PART.exec(words)?.groups
  if (!part?.part) return undefined
  const time = part.part.toLowerCase() === 'morning' ? MORNING : EVENING
  return withRhythm(dueNamed(part.at?.replace(/^,? /, '') ?? `at ${time}`), 'daily')
}

function withRhythm(due: Due | undefined, recurrence: Recurrence): When | undefined {
  return due && { due, recurrence }
}

const COUNT = `(?:about )?(?:an?|the|\\d+|${COUNTS.join('|')}|half an?|a few|a couple of|several|other|second|third|last|first)`
const UNIT = `(?:second|minute|hour|day|weekday|night|morning|afternoon|evening|week|weekend|fortnight|month|quarter|year|decade|${WEEKDAYS.join('|')})s?`
const TIME_LIKE = `(?:${[
  `(?:in|within|after) ${COUNT} ${UNIT}(?: time)?`,
  `(?:every|each)(?: ${COUNT})* ${UNIT}(?:,? .+)?`,
  `(?:next|this|on) ${UNIT}(?: .+)?`,
  '(?:on |by )?the \\d{1,2}(?:st|nd|rd|th)(?: of .+)?',
  '(?:at )?(?:half past|quarter (?:past|to)) .+',
  '(?:at|by) \\d\\S*(?: ?[ap]m)?(?: (?:utc|gmt|bst|cest|ist|jst|[ecmp][sd]?t))?',
  `(?:once|twice|(?:two|three|four|\\d+) times) (?:a|an|per|every|each) ${UNIT}`,
  '(?:hourly|fortnightly|bi-?weekly|bi-?monthly|quarterly)',
  '(?:on )?\\d{1,4}[-/.]\\d{1,2}[-/.]\\d{1,4}(?: .+)?',
  '(?:by |at )?the (?:end|beginning|middle) of .+',
].join('|')})`
const ALL_TIME_LIKE = new RegExp(`^(?<words>${TIME_LIKE})$`, 'i')
const ENDS_TIME_LIKE = new RegExp(`^.*? (?<words>${TIME_LIKE})$`, 'i')

const TIME_WORD = new RegExp(
  `^(?:on|at|by|before|until|till|after|in|within|every|each|next|last|this|once|twice|today|tonight|tomorrow|yesterday|${WEEKDAYS.join('|')}) `,
  'i',
)

/** Whether words that stand where a time can stand begin like one. */
export function beginsTimeLike(words: string): boolean {
  return TIME_WORD.test(`${words} `)
}

/** Whether the words seem to be about when, though nobody here knows what they mean. */
export function isTimeLike(words: string): boolean {
  return ALL_TIME_LIKE.test(words)
}

/** The end of the text that seems to be about when. */
export function timeLikeEnd(text: string): string | undefined {
  return ENDS_TIME_LIKE.exec(text)?.groups?.words
}
