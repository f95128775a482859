import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { $ } from 'zx/core'
import { stackInCopy } from './copy.ts'
import type { DetachedLoop } from './detached.ts'
import { withEdits } from './file-edit.ts'
import type { BenchFigure } from './history.ts'
import { type Pace, withMark } from './loop.ts'
import { questionsOf } from './measure-subject.ts'
import type { Mover } from './moves.ts'
import type { Rig } from './rig.ts'
import { untilServed } from './served.ts'

const COMMAND = 'npm run -s loop -- status'
/** Runs a command, and tells the shell's times after it. */
const TIMED = '"$@" >&2 && times'

/**
 * How soon a loop answers: a wait, after a save is served; and a whole command, the start of its process included.
 *
 * @throws Error when an edit is not served
 */
export async function measureAnswers(
  rig: Rig,
  mover: Mover,
  running: DetachedLoop,
  { edits, rest, patience }: Pace,
): Promise<BenchFigure[]> {
  const late: number[] = []
  for (const { line, question } of await questionsOf(rig, running)) {
    await withEdits(join(running.folder, line.file), line.text, async (replaceBy) => {
      for (let edit = 1; edit <= edits; edit++) {
        await pause(rest, undefined, { signal: rig.interrupted })
        const mark = `(answer ${edit})`
        const since = replaceBy(withMark(line.text, mark))
        const answered = running.served(line.file).then(() => performance.now() - since)
        const [told, seen] = await Promise.all([
          answered,
          untilServed(question, mark, since, patience, rig.interrupted),
        ])
        late.push(told - seen)
      }
    })
    await running.served(line.file)
  }
  const asked: { wall: number; cpu: number }[] = []
  const words = ['sh', '-c', TIMED, 'sh', ...COMMAND.split(' '), ...stackInCopy(rig)]
  for (let time = 0; time < edits; time++) asked.push(await timesOf(words, running, rig.interrupted))
  return [
    { what: `${mover}: from served to the answer of a wait`, samples: late },
    { what: `${mover}: ${COMMAND}`, samples: asked.map(({ wall }) => wall) },
    { what: `${mover}: of which CPU`, samples: asked.map(({ cpu }) => cpu) },
  ]
}

/** @returns milliseconds, and those of all CPUs in it */
async function timesOf(words: readonly string[], { folder, env }: DetachedLoop, interrupted: AbortSignal) {
  const began = performance.now()
  const options = { quiet: true, cwd: folder, signal: interrupted, env: { ...process.env, ...env } }
  const { stdout } = await $(options)`${words}`
  return { wall: performance.now() - began, cpu: cpuOf(stdout) }
}

/**
 * @param times what the shell's `times` says: its own in a line, those of what it has run in the next, like `0m0.24s 0m0.05s`
 * @returns milliseconds of the latter
 */
export function cpuOf(times: string): number {
  const [, ofChildren = ''] = times.split('\n')
  const parts = [...ofChildren.matchAll(/(\d+)m([\d.]+)s/g)]
  return parts.reduce((sum, [, minutes, seconds]) => sum + (Number(minutes) * 60 + Number(seconds)) * 1000, 0)
}
