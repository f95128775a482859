import type { Refused } from './refused'

const spans = [
  { unit: 'hour', seconds: 3_600 },
  { unit: 'minute', seconds: 60 },
  { unit: 'second', seconds: 1 },
] as const

/** When somebody who has asked too often may ask again, as a sentence; undefined where that is not what was refused, or said already. */
export function waitFor({ status, retryAfter, message }: Refused): string | undefined {
  if (status !== 429 || !retryAfter || /\btry again in \d/i.test(message)) return undefined
  const { unit, seconds } = spans.find((span) => retryAfter >= 2 * span.seconds) ?? spans[2]
  const when = new Intl.RelativeTimeFormat('en').format(Math.ceil(retryAfter / seconds), unit)
  return `You can try again ${when}.`
}
