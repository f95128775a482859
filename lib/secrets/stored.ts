import type { SecretKey } from '../../k8s/secret-keys.ts'
import type { SecretValues } from '../../k8s/settings.ts'

/**
 * Values as a target keeps them. Nothing is ever taken out: what the settings do not use today, they may tomorrow. What a
 * value stands in for is kept beside it, so that every setting can be taken back:
 *
 * - `NAME.before` is what a line of `.env.local` replaced,
 * - `NAME.own-database` is what the stack's own database was made with, while an external one is used with another.
 */
export type Stored = Readonly<SecretValues>

/**
 * The value that holds where `.env.local` gives none.
 *
 * @param bound whether only the value that the stack's own database was made with will do
 */
export function standing(existing: Stored, name: string, bound: boolean): string | undefined {
  return (bound ? existing[`${name}.own-database`] : existing[`${name}.before`]) ?? existing[name]
}

/**
 * What to remember beside a value that comes into use.
 *
 * @param how where the value is from: `.env.local`, a rotation, or neither; and whether it is for the stack's own database
 */
export function keptBeside(
  existing: Stored,
  { name, opens }: SecretKey,
  value: string,
  how: { given: boolean; rotated: boolean; ownDatabase: boolean },
): Stored {
  const [before, own] = [existing[`${name}.before`], existing[`${name}.own-database`]]
  const replaced = existing[name] === value ? undefined : existing[name]
  const nextBefore = how.rotated ? before && value : (before ?? (how.given ? replaced : undefined))
  const nextOwn = how.ownDatabase ? own && value : (own ?? (opens ? replaced : undefined))
  return {
    ...(nextBefore ? { [`${name}.before`]: nextBefore } : {}),
    ...(nextOwn ? { [`${name}.own-database`]: nextOwn } : {}),
  }
}
