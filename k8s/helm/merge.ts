import { Document, type Node, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml'
import { alike, alternatives, END, type Variants } from './alternatives.ts'
import { type Json, partsOf } from './parts.ts'
import type { Toggle } from './toggles.ts'

/** One YAML node for all variants: what they share once, what differs under its condition. */
export function merged(variants: Variants<Json>, toggles: readonly Toggle[]): Node {
  const [first] = variants.values()
  const parts = alike(variants).length === 1 ? undefined : partsOf(variants)
  if (!parts) return new Document().createNode(first)
  const points = [...variants.keys()]
  const map = new YAMLMap<Scalar, Node>()
  const list = new YAMLSeq<Node>()
  const collection = Array.isArray(first) ? list : map
  // Helm's lines take the place of YAML's comments.
  let before = ''
  for (const [key, part] of parts) {
    const choices = alternatives(partsOf(part) ? [part] : alike(part), { toggles, points })
    for (const { line, variants } of choices) {
      const [name, value] = [new Scalar(key), merged(variants, toggles)]
      if (collection === list) list.add(value)
      else map.items.push(new Pair(name, value))
      const comment = [before, line].filter(Boolean).join('\n')
      if (comment) (collection === list ? value : name).commentBefore = comment
      before = ''
    }
    if (choices[0]?.line) before = END
  }
  if (before) collection.comment = before
  return collection
}
