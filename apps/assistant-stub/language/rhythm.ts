export type Recurrence = 'daily' | 'weekly' | 'monthly' | 'yearly'

export const RHYTHM = '(?<rhythm>daily|weekly|monthly|yearly|annually|(?:every|each) (?:day|week|month|year))'

const RECURRENCES: Readonly<Record<string, Recurrence>> = {
  daily: 'daily',
  day: 'daily',
  weekly: 'weekly',
  week: 'weekly',
  monthly: 'monthly',
  month: 'monthly',
  yearly: 'yearly',
  annually: 'yearly',
  year: 'yearly',
}

/** The rhythm that words which match RHYTHM name. */
export function rhythmNamed(words: string): Recurrence {
  return RECURRENCES[words.toLowerCase().split(' ').at(-1) ?? ''] ?? 'daily'
}
