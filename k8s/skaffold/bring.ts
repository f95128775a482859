import { isDeepStrictEqual } from 'node:util'
import {
  Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  visit,
  type YAMLMap,
} from 'yaml'

/** By what the items of lists are known again. */
const IDENTITY = ['image', 'resourceName', 'src', 'id']

/**
 * Brings a part of a YAML document to a value, and leaves as it is what has it already: comments, anchors, order.
 *
 * @param node as it is; undefined where there is none
 * @returns what stands in its place
 */
export function bring(document: Document, node: Node | undefined, value: unknown): Node {
  if (node && isDeepStrictEqual(node.toJS(document), value)) return node
  if (isScalar(node) && !isCollectionValue(value)) {
    node.value = value
    return node
  }
  if (isMap(node) && isRecord(value)) {
    bringMap(document, node, value)
    // What a merge brings along cannot be taken out of it.
    if (isDeepStrictEqual(node.toJS(document), value)) return node
  }
  if (isSeq(node) && Array.isArray(value)) {
    const known = node.items as Node[]
    node.items = value.map((item) => bring(document, known.find(isOne(document, item)), item))
    return node
  }
  return inPlaceOf(node, create(document, value))
}

function bringMap(document: Document, map: YAMLMap, value: Readonly<Record<string, unknown>>): void {
  const merged = (map.toJS(document) ?? {}) as Record<string, unknown>
  for (const pair of [...map.items] as Pair<Node, Node>[])
    if (keyOf(pair) !== '<<' && !(keyOf(pair) in value)) map.delete(keyOf(pair))
  for (const [key, part] of Object.entries(value)) {
    const own = (map.items as Pair<Node, Node>[]).find((pair) => keyOf(pair) === key)
    if (own) own.value = bring(document, own.value ?? undefined, part)
    else if (!isDeepStrictEqual(merged[key], part)) map.add(document.createPair(key, create(document, part)))
  }
}

/** A new node, which refers to what stands in the document under an anchor already. */
function create(document: Document, value: unknown): Node {
  const anchor = anchorOf(document, value)
  if (anchor) return new Alias(anchor)
  const node = document.createNode(value) as Node
  if (isMap(node) && isRecord(value))
    for (const pair of node.items as Pair<Node, Node>[]) pair.value = create(document, value[keyOf(pair)])
  if (isSeq(node) && Array.isArray(value)) node.items = value.map((item) => create(document, item))
  return node
}

function anchorOf(document: Document, value: unknown): string | undefined {
  let anchor: string | undefined
  visit(document, {
    Node: (_, node) => {
      if (isAlias(node) || !node.anchor || !isDeepStrictEqual(node.toJS(document), value)) return undefined
      anchor = node.anchor
      return visit.BREAK
    },
  })
  return anchor
}

function inPlaceOf(before: Node | undefined, after: Node): Node {
  if (before && !isAlias(before) && before.anchor && !isAlias(after)) after.anchor = before.anchor
  if (before?.commentBefore) after.commentBefore = before.commentBefore
  return after
}

function isOne(document: Document, item: unknown): (node: Node) => boolean {
  const key = isRecord(item) ? IDENTITY.find((name) => name in item) : undefined
  return (node) => {
    const known: unknown = node.toJS(document)
    return key && isRecord(known) && isRecord(item)
      ? known[key] === item[key]
      : isDeepStrictEqual(known, item)
  }
}

/** Gives aliases whose node was taken out, or now stands after them, that node itself, and later ones an alias. */
export function reanchor(document: Document, before: ReadonlyMap<string, Node>): void {
  const passed = new Set<string>()
  const placed = new Set<Node>()
  visit(document, {
    Alias: (_, alias) => {
      const node = before.get(alias.source)
      if (passed.has(alias.source) || !node) return undefined
      passed.add(alias.source)
      const copy = node.clone() as Node
      placed.add(copy)
      return copy
    },
    Node: (_, node) => {
      if (isAlias(node) || !node.anchor || placed.has(node)) return undefined
      if (passed.has(node.anchor)) return new Alias(node.anchor)
      passed.add(node.anchor)
      return undefined
    },
  })
}

/** The nodes of a document that have an anchor. */
export function anchors(document: Document): ReadonlyMap<string, Node> {
  const nodes = new Map<string, Node>()
  visit(document, {
    Node: (_, node) => {
      if (!isAlias(node) && node.anchor) nodes.set(node.anchor, node.clone() as Node)
    },
  })
  return nodes
}

function keyOf({ key }: Pair<Node, Node>): string {
  return isScalar(key) ? String(key.value) : String(key)
}

function isCollectionValue(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return isCollectionValue(value) && !Array.isArray(value)
}
