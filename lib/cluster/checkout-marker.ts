import { randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { $ } from 'zx/core'
import { NODE_SOURCES } from '../../k8s/sources.ts'
import { readIfThere } from '../shell/read-if-there.ts'
import { CHECKOUT } from '../shell/state-folder.ts'

const FILE = 'k8s/rendered/checkout.id'

/** Whom the programs in the pods run as: what they may not read does not count as held. */
const USER = '10001'

/**
 * Whether each of these nodes has this very checkout mounted, where the model expects it. A node is asked through the
 * Docker engine, whose containers Minikube's docker driver and kind make their nodes of; where there is none: no.
 *
 * @param nodes as the cluster names them
 */
export async function holdCheckout(nodes: readonly string[]): Promise<boolean> {
  const marker = ownMarker()
  const held = await Promise.all(nodes.map(async (node) => (await markerOn(node)) === marker))
  return held.length > 0 && held.every(Boolean)
}

async function markerOn(node: string): Promise<string | undefined> {
  const words = ['exec', '--user', USER, node, 'cat', `${NODE_SOURCES}/${FILE}`]
  const { ok, stdout } = await $({
    quiet: true,
    nothrow: true,
    signal: AbortSignal.timeout(10_000),
  })`docker ${words}`
  return ok ? stdout : undefined
}

/** A copied checkout brings its marker along: the path in it tells the copy from the original. */
function ownMarker(): string {
  const file = join(CHECKOUT, FILE)
  const known = readIfThere(file)
  if (known?.startsWith(`${CHECKOUT}\n`)) return known
  const marker = `${CHECKOUT}\n${randomUUID()}\n`
  mkdirSync(join(CHECKOUT, 'k8s', 'rendered'), { recursive: true })
  writeFileSync(file, marker)
  return marker
}
