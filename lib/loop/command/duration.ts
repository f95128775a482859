import { Refusal } from '../../shell/refusal.ts'

const MILLISECONDS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/**
 * @param text like `300ms`, `90s`, `5m`, `2h` or `1d`
 * @returns milliseconds
 * @throws Refusal with exit code 2 on anything else
 */
export function duration(flag: string, text: string): number {
  const [, number, unit] = /^(\d+)(ms|[smhd])$/.exec(text) ?? []
  if (number && unit) return Number(number) * MILLISECONDS[unit as keyof typeof MILLISECONDS]
  throw new Refusal(`${flag} is "${text}", which is no duration.`, 'write it like 90s, 5m, 2h or 1d', 2)
}
