import type { Stack } from '../../k8s/model/stack.ts'

/**
 * The SQL that makes the database follow a rotated value; undefined where nothing in a database depends on it.
 *
 * @param value the new value, from our own generator: it has no quote to escape
 */
export function rotationSql({ secrets }: Stack, key: string, value: string): string | undefined {
  const rule = secrets[key]
  if (rule?.source !== 'generated') throw new Error(`${key} is not generated`)
  return rule.rotate?.(value)
}
