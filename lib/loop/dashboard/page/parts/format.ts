const CLOCK = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
})
const DAY = new Intl.DateTimeFormat('en-GB', {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hour12: false,
})

/** Like `12:03:44`, of milliseconds since 1970. */
export function clock(at: number): string {
  return CLOCK.format(at)
}

/** Like `12:03:44.120`. */
export function preciseClock(at: number): string {
  return `${CLOCK.format(at)}.${String(Math.floor(at) % 1000).padStart(3, '0')}`
}

/** Of a run, which is called by when it began. */
export function whenOf(name: string): string {
  return DAY.format(Date.parse(name.replace(/T(\d\d)-(\d\d)-/, 'T$1:$2:')))
}

/** Like `12 ms`, `1.24 s`, `2 min 5 s`. */
export function lasting(milliseconds: number): string {
  if (milliseconds < 1) return `${milliseconds.toFixed(2)} ms`
  if (milliseconds < 10) return `${milliseconds.toFixed(1)} ms`
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(2)} s`
  return `${Math.floor(milliseconds / 60_000)} min ${Math.round((milliseconds % 60_000) / 1000)} s`
}

/** @param share between 0 and 1 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
}

export function shortNumber(value: number): string {
  return Intl.NumberFormat('en-GB', { notation: 'compact', maximumSignificantDigits: 3 }).format(value)
}
