const day = 86_400_000

/** What the clock of the person in front of the page shows. */
export interface Clock {
  /** In milliseconds since 1970. */
  now: number
  timeZone: string
}

export interface Due {
  /** Such as `Tomorrow, 09:00`. */
  text: string
  /** In full, for whoever wants it exactly. */
  full: string
  state: 'overdue' | 'today' | 'later'
}

/** When something is due, as one would say it. */
export function dueAs(dueAt: string, { now, timeZone }: Clock): Due {
  const due = Date.parse(dueAt)
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-GB', { timeZone, ...options }).format(due)
  const time = format({ hour: '2-digit', minute: '2-digit' })
  const days = dayNumber(due, timeZone) - dayNumber(now, timeZone)
  return {
    text: `${dayAs(days, format, yearOf(due, timeZone) === yearOf(now, timeZone))}, ${time}`,
    full: format({ dateStyle: 'full', timeStyle: 'short' }),
    state: due < now ? 'overdue' : days === 0 ? 'today' : 'later',
  }
}

type Format = (options: Intl.DateTimeFormatOptions) => string

function dayAs(days: number, format: Format, thisYear: boolean): string {
  if (days === 0) return 'Today'
  if (days === 1) return 'Tomorrow'
  if (days === -1) return 'Yesterday'
  if (days > 1 && days < 7) return format({ weekday: 'long' })
  return format({ day: 'numeric', month: 'short', ...(thisYear ? {} : { year: 'numeric' }) })
}

/** Days since 1970 on the calendar of `timeZone`. */
function dayNumber(moment: number, timeZone: string): number {
  const [year, month, date] = calendar(moment, timeZone)
  return Math.round(Date.UTC(year, month - 1, date) / day)
}

function yearOf(moment: number, timeZone: string): number {
  return calendar(moment, timeZone)[0]
}

function calendar(moment: number, timeZone: string): [year: number, month: number, date: number] {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
  }).formatToParts(moment)
  const part = (type: string) => Number(parts.find((candidate) => candidate.type === type)?.value)
  return [part('year'), part('month'), part('day')]
}

/** A moment as `<input type="datetime-local">` wants it, on this machine's clock; empty for none. */
export function asLocalInput(moment: string | null): string {
  if (!moment) return ''
  const date = new Date(moment)
  const two = (part: number) => String(part).padStart(2, '0')
  const day = `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`
}

/** The moment that such an input means; null when it is empty or no date. */
export function fromLocalInput(value: string): string | null {
  const date = new Date(value)
  return value && !Number.isNaN(date.getTime()) ? date.toISOString() : null
}

/** This machine's clock at `hour` o'clock, `days` days after `now`. */
export function inDays(days: number, hour: number, now = new Date()): string {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hour).toISOString()
}

/** The zone of this machine's clock, by its IANA name. */
export function localTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone
}

/** Lets the server word dates as the browser will. */
export const timeZoneCookie = 'time-zone'

/** The zone that a browser names, if there is one of that name; else UTC. */
export function knownTimeZone(name: string | undefined): string {
  try {
    return new Intl.DateTimeFormat('en-GB', {
      timeZone: name ? decodeURIComponent(name) : 'UTC',
    }).resolvedOptions().timeZone
  } catch {
    return 'UTC'
  }
}
