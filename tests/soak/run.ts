import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { stripVTControlCharacters } from 'node:util'
import { colour, report, say } from '../../lib/shell/command.ts'
import { checkoutFolder } from '../../lib/shell/state-folder.ts'
import { removeTestUsers } from '../cluster/cluster.ts'
import { copyCheckout } from '../cluster/copy.ts'
import { mountedCopy } from '../cluster/mounted-copy.ts'
import type { Edit } from './edit.ts'
import { type Loop, type Mode, startLoop } from './loop.ts'
import { random } from './random.ts'
import { nextEdit, restoring } from './sequence.ts'
import { failed, growth, type Made, table } from './summary.ts'

export interface Plan {
  readonly mode: Mode
  readonly edits: number
  readonly minutes: number
  readonly seed: number
}

/** Makes the edits, tells of each, and ends with everything as it was. @returns the exit code */
export async function soak({ mode, edits, minutes, seed }: Plan, interrupted: AbortSignal): Promise<number> {
  const until = performance.now() + minutes * 60_000
  say(`${mode}, seed ${seed}`)
  const copy = mode === 'mounted' ? await mountedCopy() : await copyCheckout()
  try {
    const loop = await startLoop(copy, mode, interrupted)
    say('the loop is up')
    const choices = random(seed)
    const made: Made[] = []
    const make = async (edit: Edit) => {
      const from = loop.said().length
      const one = { number: made.length + 1, kind: edit.kind, outcome: await loop.make(edit) }
      made.push(one)
      tell(one, loop.said().slice(from))
    }
    const broke = await attempt(async () => {
      while (made.length < edits && performance.now() < until)
        await make(nextEdit(loop.world(), choices, made.length + 1))
      await make(restoring(loop.world()))
    })
    const dirty = await attempt(removeTestUsers)
    return await conclude(loop, made, broke || dirty, `${mode}-${seed}`)
  } finally {
    await copy.remove()
  }
}

/** Ends the loop and tells how all of it went. @returns the exit code */
async function conclude(loop: Loop, made: readonly Made[], broke: boolean, name: string): Promise<number> {
  const { faults, before, after } = await loop.end()
  const folder = join(checkoutFolder(), 'soak')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${name}.log`), loop.said())
  say(`\n${table(made)}\n\n${growth(before, after)}\n`)
  for (const fault of faults) say(`${colour('red', '✗')} ${fault}`)
  const bad = made.filter(({ outcome }) => failed(outcome))
  say(
    `${made.length} edits, ${bad.length} failed${bad.length > 0 ? `: ${bad.map(({ number }) => number).join(', ')}` : ''}`,
  )
  say(`what the loop said: ${join(folder, `${name}.log`)}`)
  return broke || faults.length > 0 || bad.length > 0 ? 1 : 0
}

function tell({ number, kind, outcome }: Made, said: string): void {
  const { served, told, milliseconds, stale, faults } = outcome
  const mark = failed(outcome) ? colour('red', '✗') : colour('green', '✓')
  say(
    `${mark} ${number} ${kind}: ${served} served, ${told} told ${colour('dim', `${(milliseconds / 1000).toFixed(1)} s`)}`,
  )
  for (const [sight, seen] of stale) say(`    ${sight} ${seen}`)
  for (const fault of faults) say(`    ${fault}`)
  if (failed(outcome)) say(excerpt(said))
}

/** The end of what the loop said, without the log lines of requests that went well. */
function excerpt(said: string): string {
  const lines = stripVTControlCharacters(said).split('\n')
  const telling = lines.filter((line) => line.trim() && !/ (GET|POST|PATCH|DELETE) \S+ 2\d\d /.test(line))
  return telling
    .slice(-30)
    .map((line) => `    | ${line.slice(0, 200)}`)
    .join('\n')
}

/** @returns whether it failed; it has been told by then */
async function attempt(action: () => Promise<void>): Promise<boolean> {
  try {
    await action()
    return false
  } catch (error) {
    report(error)
    return true
  }
}
