import type { Due } from './due.ts'

/** What time it is for the user. */
export type Clock = { readonly now: Date; readonly zone: string }

const MINUTE_MS = 60_000
const DAY_MS = 1440 * MINUTE_MS
// The backend's sentence: backend/app/instructions.py.
const TIME_TOLD = /The time is (?<now>\S+) in the user's time zone, (?<zone>\S+)\./

/** The clock that the instructions of the caller set, or undefined when they tell no time. */
export function clockIn(instructions: string): Clock | undefined {
  const { now = '', zone = '' } = TIME_TOLD.exec(instructions)?.groups ?? {}
  const time = new Date(now)
  return Number.isNaN(time.getTime()) || !isZone(zone) ? undefined : { now: time, zone }
}

/** The moment in RFC 3339 with the user's offset, or undefined when it depends on a clock and there is none. */
export function momentOf(due: Due, clock: Clock | undefined): string | undefined {
  const zone = clock?.zone ?? 'UTC'
  if ('date' in due) return written(instantOf(`${due.date}T${due.time}`, zone), zone)
  if (!clock) return undefined
  if ('inMinutes' in due) return written(new Date(clock.now.getTime() + due.inMinutes * MINUTE_MS), zone)
  const days = 'inDays' in due ? due.inDays : daysUntil(due.weekday, clock)
  return written(instantOf(`${dayOf(clock, days)}T${due.time}`, zone), zone)
}

/** The beginning of the day that is so many days from today, in RFC 3339. */
export function startOfDay(clock: Clock, days: number): string {
  return written(instantOf(`${dayOf(clock, days)}T00:00`, clock.zone), clock.zone)
}

/** This moment, in RFC 3339. */
export function nowOn({ now, zone }: Clock): string {
  return written(now, zone)
}

function dayOf({ now, zone }: Clock, days: number): string {
  return new Date(wall(now, zone).getTime() + days * DAY_MS).toISOString().slice(0, 10)
}

function daysUntil(weekday: number, { now, zone }: Clock): number {
  return (weekday - wall(now, zone).getUTCDay() + 7) % 7 || 7
}

function written(instant: Date, zone: string): string {
  const minutes = offsetAt(instant, zone)
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
  const offset = `${minutes < 0 ? '-' : '+'}${two(hours)}:${two(rest)}`
  return `${wall(instant, zone).toISOString().slice(0, 19)}${offset}`
}

/** The instant at which clocks in the zone show this time; the second look is for days on which they change. */
function instantOf(local: string, zone: string): Date {
  const shown = new Date(`${local}Z`).getTime()
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
