import type { Due } from './due.ts'
import type { Doubt } from './intent.ts'

/** What time it is for the user. */
export type Clock = { readonly now: Date; readonly zone: string }

const MINUTE_MS = 60_000
const DAY_MS = 1440 * MINUTE_MS
const LAST_MINUTE = '23:59'
// The backend's sentence: apps/backend/app/instructions.py.
const TIME_TOLD = /The time is (?<now>\S+) in the user's time zone, (?<zone>\S+)\./

/** The clock that the instructions of the caller set, or undefined when they tell no time. */
export function clockIn(instructions: string): Clock | undefined {
  const { now = '', zone = '' } = TIME_TOLD.exec(instructions)?.groups ?? {}
  const time = new Date(now)
  return Number.isNaN(time.getTime()) || !isZone(zone) ? undefined : { now: time, zone }
}

/** The moment in RFC 3339 with the user's offset, or what keeps it from being told. */
export function momentOf(due: Due, clock: Clock | undefined): string | { readonly doubt: Doubt } {
  const zone = clock?.zone ?? 'UTC'
  if ('date' in due) return written(instantOf(Date.parse(`${due.date}T${due.time}Z`), zone), zone)
  if (!clock) return { doubt: 'clock' }
  if ('inMinutes' in due) return written(new Date(clock.now.getTime() + due.inMinutes * MINUTE_MS), zone)
  const instant = instantOf(shownAt(due, clock), zone)
  // What was said of today may be over: nobody means yesterday's clock.
  if ('inDays' in due && instant.getTime() < clock.now.getTime()) return { doubt: 'past' }
  return written(instant, zone)
}

/** The beginning of the day that is so many days from today, in RFC 3339. */
export function startOfDay(clock: Clock, days: number): string {
  return iso(instantOf(today(clock) + days * DAY_MS, clock.zone), clock.zone)
}

/** This moment, in RFC 3339. */
export function nowOn({ now, zone }: Clock): string {
  return iso(now, zone)
}

/** What clocks show then, as a time in UTC. */
function shownAt(due: Exclude<Due, { date: string } | { inMinutes: number }>, clock: Clock): number {
  const now = wall(clock.now, clock.zone)
  const start = today(clock)
  if ('inMonths' in due) return later(now, due.inMonths)
  if ('next' in due) return nextTime(start + sinceMidnight(due.next), now)
  if ('weekday' in due)
    return start + ((due.weekday - now.getUTCDay() + 7) % 7 || 7) * DAY_MS + sinceMidnight(due.time)
  if ('month' in due) return nextDate(due, now)
  if ('inDays' in due) return start + due.inDays * DAY_MS + sinceMidnight(due.time)
  const at = start + sinceMidnight(due.today)
  return at > now.getTime() ? at : start + sinceMidnight(LAST_MINUTE)
}

function nextTime(at: number, now: Date): number {
  return at > now.getTime() ? at : at + DAY_MS
}

function nextDate({ month, day, time }: { month: number; day: number; time: string }, now: Date): number {
  // The 29th of February may be four years away, or eight.
  for (let year = now.getUTCFullYear(); ; year += 1) {
    const date = new Date(Date.UTC(year, month, day))
    const at = date.getTime() + sinceMidnight(time)
    if (date.getUTCDate() === day && at > now.getTime()) return at
  }
}

/** The same day so many months later, or the last of a month that has no such day. */
function later(now: Date, months: number): number {
  const first = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 1)
  const last = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months + 1, 0)).getUTCDate()
  return first + (Math.min(now.getUTCDate(), last) - 1) * DAY_MS + (now.getTime() % DAY_MS)
}

function sinceMidnight(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return (hours * 60 + minutes) * MINUTE_MS
}

function today({ now, zone }: Clock): number {
  const shown = wall(now, zone).getTime()
  return shown - (shown % DAY_MS)
}

function written(instant: Date, zone: string): string | { readonly doubt: Doubt } {
  // The years that the backend takes, and that four digits write, here and in UTC.
  const years = [instant, wall(instant, zone)].map((date) => date.getUTCFullYear())
  return Math.min(...years) >= 1970 && Math.max(...years) <= 9999 ? iso(instant, zone) : { doubt: 'due date' }
}

function iso(instant: Date, zone: string): string {
  const minutes = offsetAt(instant, zone)
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
  const offset = `${minutes < 0 ? '-' : '+'}${two(hours)}:${two(rest)}`
  return `${wall(instant, zone).toISOString().slice(0, 19)}${offset}`
}

/** The instant at which clocks in the zone show this time; the second look is for days on which they change. */
function instantOf(shown: number, zone: string): Date {
  const guess = new Date(shown - offsetAt(new Date(shown), zone) * MINUTE_MS)
  return new Date(shown - offsetAt(guess, zone) * MINUTE_MS)
}

/** A date whose UTC fields are what clocks in the zone show. */
function wall(instant: Date, zone: string): Date {
  return new Date(instant.getTime() + offsetAt(instant, zone) * MINUTE_MS)
}

function offsetAt(instant: Date, zone: string): number {
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(
    instant,
  )
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT'
  const [, sign = '+', hours = '0', minutes = '0'] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
}

function isZone(zone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }))
  } catch {
    return false
  }
}

function two(number: number): string {
  return String(number).padStart(2, '0')
}
