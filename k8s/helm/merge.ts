import { choice } from './choice.ts'
import { type Json, partsOf, type Variants } from './parts.ts'
import type { Toggle } from './toggles.ts'

/**
 * One YAML for all variants: what they share once, what differs under its condition, a field or a list's item alone.
 *
 * @param yaml writes what is the same in all of them
 */
export function merged(
  variants: Variants,
  toggles: readonly Toggle[],
  yaml: (value: Json) => string,
): string {
  const [first = null] = variants.values()
  const parts = partsOf(variants)
  if (!parts) return yaml(first)
  const decisions = { points: [...variants.keys()], toggles }
  const item = (part: Variants) => `- ${indent(merged(part, toggles, yaml)).trimStart()}`
  const field = (name: string, part: Variants) =>
    partsOf(part)
      ? `${yaml(name).trimEnd()}:\n${indent(merged(part, toggles, yaml))}`
      : yaml({ [name]: [...part.values()][0] ?? null })
  return [...parts]
    .map(([name, part]) =>
      choice(part, decisions, (alike) => (Array.isArray(first) ? item(alike) : field(name, alike))),
    )
    .join('')
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ')
}
