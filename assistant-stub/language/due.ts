/** A moment as the user names it: by the calendar, a while from now, or on a day counted from today. */
export type Due =
  | { readonly date: string; readonly time: string }
  | { readonly inMinutes: number }
  | { readonly inDays: number; readonly time: string }
  | { readonly weekday: number; readonly time: string }

const MORNING = '09:00'
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']
const DAYS: Readonly<Record<string, number>> = {
  today: 0,
  tonight: 0,
  tomorrow: 1,
  'the day after tomorrow': 2,
}
const MINUTES: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 1440, week: 10_080 }

const TIME = '(?<time>\\d{1,2}:\\d\\d(?: ?[ap]m)?|\\d{1,2} ?[ap]m|noon|midnight)'
const AT = `(?:,? (?:at )?${TIME})?`
const DATE = /^(?:on )?(?<date>\d{4}-\d\d-\d\d)(?:(?:t|,? (?:at )?)(?<time>\d\d:\d\d)(?::\d\d)?)?$/i
const WHILE = /^in (?<count>an?|\d{1,4}) (?<unit>minute|hour|day|week)s?$/i
const DAY = new RegExp(`^(?<day>today|tonight|tomorrow|the day after tomorrow)${AT}$`, 'i')
const WEEKDAY = new RegExp(`^(?:on |next |on next )?(?<day>${WEEKDAYS.join('|')})${AT}$`, 'i')
const TODAY_AT = new RegExp(`^at ${TIME}$`, 'i')

/** The moment that the words name, or undefined when they name none. A day without a time begins at nine. */
export function dueNamed(words: string): Due | undefined {
  const date = DATE.exec(words)?.groups
  if (date?.date) return isDate(date.date) ? timed({ date: date.date }, date.time) : undefined
  const span = WHILE.exec(words)?.groups
  if (span?.count && span.unit) {
    const count = /^\d/.test(span.count) ? Number(span.count) : 1
    return { inMinutes: count * (MINUTES[span.unit.toLowerCase()] ?? 0) }
  }
  const day = DAY.exec(words)?.groups
  if (day?.day) {
    const name = day.day.toLowerCase()
    return timed({ inDays: DAYS[name] ?? 0 }, day.time ?? (name === 'tonight' ? '20:00' : undefined))
  }
  const weekday = WEEKDAY.exec(words)?.groups
  if (weekday?.day) return timed({ weekday: WEEKDAYS.indexOf(weekday.day.toLowerCase()) }, weekday.time)
  const time = TODAY_AT.exec(words)?.groups?.time
  return time ? timed({ inDays: 0 }, time) : undefined
}

function timed<Day extends object>(day: Day, words = MORNING): (Day & { time: string }) | undefined {
  const time = timeNamed(words.toLowerCase())
  return time ? { ...day, time } : undefined
}

function timeNamed(words: string): string | undefined {
  if (words === 'noon') return '12:00'
  if (words === 'midnight') return '00:00'
  const [, hours = '', minutes = '00', half] = /^(\d{1,2})(?::(\d\d))? ?([ap]m)?$/.exec(words) ?? []
  const hour = half ? (Number(hours) % 12) + (half === 'pm' ? 12 : 0) : Number(hours)
  if (hour > 23 || Number(minutes) > 59 || (half && Number(hours) > 12)) return undefined
  return `${String(hour).padStart(2, '0')}:${minutes}`
}

function isDate(date: string): boolean {
  const parsed = new Date(`${date}T00:00Z`)
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date)
}
