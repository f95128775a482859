import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { clockIn, momentOf } from '../language/clock.ts'
import { dueNamed } from '../language/due.ts'

const clockAt = (now: string, zone: string) =>
  clockIn(`You keep a list.\n\nThe time is ${now} in the user's time zone, ${zone}.\n`)
const BERLIN = clockAt('2026-11-21T23:30:00+01:00', 'Europe/Berlin')

const MOMENTS: readonly (readonly [words: string, moment: string])[] = [
  ['2026-12-01 at 09:00', '2026-12-01T09:00:00+01:00'],
  ['2026-12-01T17:45', '2026-12-01T17:45:00+01:00'],
  ['on 2027-07-01', '2027-07-01T09:00:00+02:00'],
  ['today at 23:45', '2026-11-21T23:45:00+01:00'],
  ['tonight', '2026-11-21T23:59:00+01:00'],
  ['today', '2026-11-21T23:59:00+01:00'],
  ['tonight at 1am', '2026-11-22T01:00:00+01:00'],
  ['today at midnight', '2026-11-22T00:00:00+01:00'],
  ['tomorrow', '2026-11-22T09:00:00+01:00'],
  ['Tomorrow at 5 pm', '2026-11-22T17:00:00+01:00'],
  ['tomorrow, noon', '2026-11-22T12:00:00+01:00'],
  ['the day after tomorrow at 12am', '2026-11-23T00:00:00+01:00'],
  ['at 7:05', '2026-11-22T07:05:00+01:00'],
  ['at 23:29', '2026-11-22T23:29:00+01:00'],
  ['at 23:45', '2026-11-21T23:45:00+01:00'],
  ['at midnight', '2026-11-22T00:00:00+01:00'],
  ['in 2 hours', '2026-11-22T01:30:00+01:00'],
  ['in an hour', '2026-11-22T00:30:00+01:00'],
  ['in 45 minutes', '2026-11-22T00:15:00+01:00'],
  ['in 3 days', '2026-11-24T23:30:00+01:00'],
  ['in 1 week', '2026-11-28T23:30:00+01:00'],
  ['in half an hour', '2026-11-22T00:00:00+01:00'],
  ['in two days', '2026-11-23T23:30:00+01:00'],
  ['in a month', '2026-12-21T23:30:00+01:00'],
  ['in 2 months', '2027-01-21T23:30:00+01:00'],
  ['in 7 months', '2027-06-21T23:30:00+02:00'],
  ['in a year', '2027-11-21T23:30:00+01:00'],
  ['on 3 December', '2026-12-03T09:00:00+01:00'],
  ['Dec 3rd at 5pm', '2026-12-03T17:00:00+01:00'],
  ['on the 3rd of December, 2028', '2028-12-03T09:00:00+01:00'],
  ['November 21', '2027-11-21T09:00:00+01:00'],
  ['February 29', '2028-02-29T09:00:00+01:00'],
  ['May 1', '2027-05-01T09:00:00+02:00'],
  ['on friday', '2026-11-27T09:00:00+01:00'],
  ['next Saturday at 10:30', '2026-11-28T10:30:00+01:00'],
]

for (const [words, moment] of MOMENTS) {
  test(`${words} on a Saturday night in Berlin`, () => {
    const due = dueNamed(words)
    assert.is(due && momentOf(due, BERLIN), moment)
  })
}

for (const words of [
  'soon',
  '',
  '2026-02-30',
  '2026-13-01',
  'tomorrow at 25:00',
  'tomorrow at 13pm',
  'in many hours',
  'in half an year',
  '31 June',
  'Febtember 3',
  'March 0',
  '29 February 2027',
  '1 o clock',
]) {
  test(`${JSON.stringify(words)} is no moment`, () => assert.is(dueNamed(words), undefined))
}

test('a day keeps its time of day when the clocks change', () => {
  const clock = clockAt('2027-03-27T12:00:00+01:00', 'Europe/Berlin')
  const due = dueNamed('tomorrow at 09:00')
  assert.is(due && momentOf(due, clock), '2027-03-28T09:00:00+02:00')
})

test('of a day that is shorter, the end stands for it', () => {
  const clock = clockAt('2027-01-31T09:30:00+01:00', 'Europe/Berlin')
  const due = dueNamed('in 1 month')
  assert.is(due && momentOf(due, clock), '2027-02-28T09:30:00+01:00')
})

for (const words of ['today at 7:05', 'today at 23:29', 'tonight at 8pm'])
  test(`${words} has passed on a Saturday night`, () => {
    const due = dueNamed(words)
    assert.equal(due && momentOf(due, BERLIN), { doubt: 'past' })
  })

for (const [words, now, zone] of [
  ['in 9999 years', '2026-11-21T23:30:00+01:00', 'Europe/Berlin'],
  ['in 9999 weeks', '9998-11-21T23:30:00Z', 'UTC'],
  ['tomorrow', '9999-12-31T12:00:00Z', 'UTC'],
  ['at 7:05', '9999-12-31T23:30:00Z', 'UTC'],
  ['9999-12-31 at 23:30', '2026-11-21T20:00:00-08:00', 'America/Los_Angeles'],
  ['in 2 hours', '9999-12-31T09:00:00Z', 'Pacific/Kiritimati'],
  ['1969-12-31', '2026-11-21T20:00:00Z', 'UTC'],
  ['0001-01-01', '2026-11-21T20:00:00+05:45', 'Asia/Kathmandu'],
] as const)
  test(`${words} is beyond the years that can be told, at ${now}`, () => {
    const due = dueNamed(words)
    assert.equal(due && momentOf(due, clockAt(now, zone)), { doubt: 'due date' })
  })

test('zones west of Greenwich, and with odd offsets, are reckoned right', () => {
  const due = dueNamed('tomorrow at 8am')
  assert.ok(due)
  const west = clockAt('2026-11-21T20:00:00-08:00', 'America/Los_Angeles')
  assert.is(momentOf(due, west), '2026-11-22T08:00:00-08:00')
  const odd = clockAt('2026-11-21T20:00:00+05:45', 'Asia/Kathmandu')
  assert.is(momentOf(due, odd), '2026-11-22T08:00:00+05:45')
})

test('without a clock, only a date is a moment', () => {
  const [relative, absolute] = [dueNamed('tomorrow'), dueNamed('2026-12-01 at 09:00')]
  assert.ok(relative && absolute)
  assert.equal(momentOf(relative, undefined), { doubt: 'clock' })
  assert.is(momentOf(absolute, undefined), '2026-12-01T09:00:00+00:00')
})

for (const said of [
  '',
  "The time is soon in the user's time zone, UTC.",
  "The time is 2026-11-21T23:30:00Z in the user's time zone, Moon/Sea.",
]) {
  test(`no clock in ${JSON.stringify(said)}`, () => assert.is(clockIn(said), undefined))
}

test.run()
