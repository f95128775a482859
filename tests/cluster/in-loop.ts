import assert from 'node:assert/strict'
import { type Pod, takenDown } from './cluster.ts'
import type { Copy } from './copy.ts'
import { eventually, PATIENCE } from './deadline.ts'
import type { Program } from './program.ts'

/** Skaffold's own words, or those of our screen. */
const WATCHING = /[Ww]atching for changes/
/** Of what a loop said before something failed, those that tell why. */
const LINES = 80

/**
 * Runs a loop, does something while it runs, and ends it as a person would: with Ctrl-C.
 *
 * @param gone waits until what it deployed is
 */
export async function inLoop(
  copy: Copy,
  words: readonly [string, ...string[]],
  action: (loop: Program) => Promise<void>,
  gone: () => Promise<void> = takenDown,
): Promise<void> {
  const loop = copy.start(words)
  try {
    await loop.until(WATCHING, PATIENCE)
    await action(loop)
  } catch (error) {
    loop.interrupt()
    await loop.ended
    const last = loop.said().trimEnd().split('\n').slice(-LINES)
    throw new Error(`${error}\nwhile the loop said at last:\n${last.join('\n')}`)
  }
  loop.interrupt()
  const { code, said } = await loop.ended
  assert.equal(code, 0, said)
  await eventually(
    'the processes of the loop being gone',
    PATIENCE,
    async () => (await loop.leftOver()).length === 0,
  )
  await gone()
}

/** `npm run dev -- --target cluster`, without npm. */
export const NPM_RUN_DEV = [
  process.execPath,
  '--import',
  'tsx',
  'scripts/dev.ts',
  '--target',
  'cluster',
] as const

/** Waits until what this machine gets from a URL holds the text. */
export async function served(url: string, text: string): Promise<void> {
  await eventually(`${url} with ${text}`, PATIENCE, async () =>
    (await (await fetch(url)).text()).includes(text),
  )
}

/** What a new pod, a restart or a new image would change. */
export function identities(found: readonly Pod[]) {
  return found
    .map(({ metadata, status }) => [
      metadata.uid,
      ...(status.containerStatuses ?? []).map(({ restartCount, imageID }) => `${restartCount} ${imageID}`),
    ])
    .sort()
}
