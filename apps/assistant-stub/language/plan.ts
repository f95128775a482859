import type { Due } from './due.ts'
import type { Recurrence } from './rhythm.ts'
import { unquoted } from './title.ts'
import { whenNamed } from './when.ts'

export type Priority = 'none' | 'low' | 'medium' | 'high'

/** What a sentence says about when and how much a task matters; null clears. */
export type Plan = {
  readonly priority?: Priority
  readonly tags?: readonly string[]
  readonly due?: Due | null
  readonly recurrence?: Recurrence | null
}

export const PRIORITY = '(?<priority>high|medium|normal|low|no|top|urgent|important)'
const PRIORITIES: Readonly<Record<string, Priority>> = {
  high: 'high',
  top: 'high',
  urgent: 'high',
  important: 'high',
  medium: 'medium',
  normal: 'medium',
  low: 'low',
  no: 'none',
}
const ENDINGS: readonly (readonly [RegExp, (words: string) => Plan | undefined])[] = [
  [/^(?<rest>.+?),? (?:due|by) (?<words>\S+(?: \S+){0,8})$/i, whenNamed],
  [
    /^(?<rest>.+?),? (?:with |at )?(?<words>high|medium|low) priority$/i,
    (words) => ({ priority: priorityNamed(words) }),
  ],
  [/^(?<rest>.+?),? (?:and )?repeat(?:ing|ed|s)? (?<words>.+)$/i, whenNamed],
  [/^(?<rest>.+?),? (?<words>(?:every|each) \S+(?: \S+){0,8})$/i, whenNamed],
  [/^(?<rest>.+?),? (?:tagged|with (?:the )?tags?) (?<words>.+)$/i, (words) => ({ tags: tagsNamed(words) })],
]

/** Takes what is said about the plan off the end of a title: 'Call mom due tomorrow'. Quoted titles stay whole. */
export function planAtEnd(title: string): { readonly title: string; readonly plan: Plan } {
  let plan: Plan = {}
  let rest = title
  for (let before = ''; before !== rest && unquoted(rest) === rest; ) {
    before = rest
    for (const [pattern, read] of ENDINGS) {
      const found = pattern.exec(rest)?.groups
      const part = found?.rest && found.words ? read(found.words) : undefined
      if (!part) continue
      plan = { ...part, ...plan }
      rest = found?.rest ?? rest
    }
  }
  return { title: rest, plan }
}

export function priorityNamed(words: string): Priority {
  return PRIORITIES[words.toLowerCase()] ?? 'none'
}

/** 'work, “home” and #garden' names three tags. */
export function tagsNamed(words: string): readonly string[] {
  return words
    .split(/,? and |, ?| & |(?<=\S) (?=#)/i)
    .map((word) => unquoted(word.trim()).replace(/^#/, '').trim())
    .filter((word) => word !== '')
}
