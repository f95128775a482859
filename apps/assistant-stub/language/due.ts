/**
 * A moment as the user names it: by the calendar, a while from now, today or at its end where that time has passed, on
 * a day counted from today, on the next such weekday or date, or the next time that clocks show it.
 * A day without a time begins at nine.
 */
export type Due =
  | { readonly date: string; readonly time: string }
  | { readonly inMinutes: number }
  | { readonly inMonths: number }
  | { readonly today: string }
  | { readonly inDays: number; readonly time: string }
  | { readonly weekday: number; readonly time: string }
  | { readonly month: number; readonly day: number; readonly time: string }
  | { readonly next: string }

export const MORNING = '09:00'
export const EVENING = '20:00'
export const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']
export const COUNTS = [
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
]
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const MONTH =
  '(?<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?'
const LONGEST_MONTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
const DAYS: Readonly<Record<string, number>> = {
  today: 0,
  tonight: 0,
  tomorrow: 1,
  'the day after tomorrow': 2,
}
const MINUTES: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 1440, week: 10_080 }
const MONTHS_IN: Readonly<Record<string, number>> = { month: 1, year: 12 }

const TIME = '(?<time>\\d{1,2}:\\d\\d(?: ?[ap]m)?|\\d{1,2} ?[ap]m|noon|midnight)'
const AT = `(?:,? (?:at )?${TIME})?`
const DATE = /^(?:on )?(?<date>\d{4}-\d\d-\d\d)(?:(?:t|,? (?:at )?)(?<time>\d\d:\d\d)(?::\d\d)?)?$/i
const DAY_NUMBER = '(?<number>\\d{1,2})(?:st|nd|rd|th)?'
const YEAR = '(?:,? (?<year>\\d{4}))?'
const DAY_FIRST = new RegExp(`^(?:on )?(?:the )?${DAY_NUMBER}(?: of)? ${MONTH}${YEAR}${AT}$`, 'i')
const MONTH_FIRST = new RegExp(`^(?:on )?${MONTH} (?:the )?${DAY_NUMBER}${YEAR}${AT}$`, 'i')
const WHILE = new RegExp(
  `^in (?<count>an?|half an|\\d{1,4}|${COUNTS.join('|')}) (?<unit>minute|hour|day|week|month|year)s?$`,
  'i',
)
const DAY = new RegExp(`^(?<day>today|tonight|tomorrow|the day after tomorrow)${AT}$`, 'i')
const WEEKDAY = new RegExp(`^(?:on |next |on next )?(?<day>${WEEKDAYS.join('|')})${AT}$`, 'i')
const TIME_ALONE = new RegExp(`^at ${TIME}$`, 'i')

type Groups = Readonly<Record<string, string | undefined>>

/** The moment that the words name, or undefined when they name none. */
export function dueNamed(words: string): Due | undefined {
  const date = DATE.exec(words)?.groups
  if (date?.date) return isDate(date.date) ? timed({ date: date.date }, date.time) : undefined
  const calendar = (DAY_FIRST.exec(words) ?? MONTH_FIRST.exec(words))?.groups
  if (calendar) return dateNamed(calendar)
  const span = WHILE.exec(words)?.groups
  if (span) return spanNamed(span)
  const day = DAY.exec(words)?.groups
  if (day) return dayNamed(day)
  const weekday = WEEKDAY.exec(words)?.groups
  if (weekday?.day) return timed({ weekday: WEEKDAYS.indexOf(weekday.day.toLowerCase()) }, weekday.time)
  const time = timeNamed(TIME_ALONE.exec(words)?.groups?.time)
  return time ? { next: time } : undefined
}

function dateNamed({ month: name = '', number, year, time }: Groups): Due | undefined {
  const [month, day] = [MONTHS.indexOf(name.slice(0, 3).toLowerCase()), Number(number)]
  if (year) {
    const date = `${year}-${two(month + 1)}-${two(day)}`
    return isDate(date) ? timed({ date }, time) : undefined
  }
  return day >= 1 && day <= (LONGEST_MONTHS[month] ?? 0) ? timed({ month, day }, time) : undefined
}

function spanNamed({ count = '', unit = '' }: Groups): Due | undefined {
  const [words, one] = [count.toLowerCase(), unit.toLowerCase()]
  const half = words === 'half an'
  if (half && one !== 'hour') return undefined
  const number = half ? 0.5 : /^\d/.test(words) ? Number(words) : Math.max(COUNTS.indexOf(words), 0) + 1
  const months = MONTHS_IN[one]
  return months ? { inMonths: number * months } : { inMinutes: number * (MINUTES[one] ?? 0) }
}

function dayNamed({ day: name = '', time: words }: Groups): Due | undefined {
  const day = name.toLowerCase()
  const days = DAYS[day] ?? 0
  if (words === undefined && days === 0) return { today: day === 'tonight' ? EVENING : MORNING }
  const time = timeNamed(words ?? MORNING)
  // The night ends on the next day, and so does today.
  const late =
    day === 'tonight' ? time && time < '12:00' : day === 'today' && words?.toLowerCase() === 'midnight'
  return time ? { inDays: late ? days + 1 : days, time } : undefined
}

function timed<Day extends object>(day: Day, words = MORNING): (Day & { time: string }) | undefined {
  const time = timeNamed(words)
  return time ? { ...day, time } : undefined
}

function timeNamed(given: string | undefined): string | undefined {
  const words = given?.toLowerCase() ?? ''
  if (words === 'noon') return '12:00'
  if (words === 'midnight') return '00:00'
  const [, hours = '', minutes = '00', half] = /^(\d{1,2})(?::(\d\d))? ?([ap]m)?$/.exec(words) ?? []
  if (hours === '') return undefined
  const hour = half ? (Number(hours) % 12) + (half === 'pm' ? 12 : 0) : Number(hours)
  if (hour > 23 || Number(minutes) > 59 || (half && Number(hours) > 12)) return undefined
  return `${two(hour)}:${minutes}`
}

function isDate(date: string): boolean {
  const parsed = new Date(`${date}T00:00Z`)
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date)
}

function two(number: number): string {
  return String(number).padStart(2, '0')
}
