import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { EditQuestion, MarkedLine } from '../../k8s/model/bench.ts'
import { withEdits } from './file-edit.ts'
import { ask, untilServed } from './served.ts'

/** What was seen of one service: milliseconds, in the order of the edits. */
export interface EditTimes {
  /** From the moment before a save to the end of the answer that shows it. */
  readonly served: readonly number[]
  /** One look at the idle service: what each figure holds of the way to it. */
  readonly looks: readonly number[]
}

/** How often and how patiently to edit. */
export interface Pace {
  readonly edits: number
  /** Edits before the first that counts: caches fill, pages are compiled for the first time. */
  readonly warmUps: number
  /** Milliseconds from one edit's answer to the next save; up to half as much again at random, to be in step with nothing. */
  readonly rest: number
  /** Seconds after which an edit counts as not served. */
  readonly patience: number
}

/**
 * Saves a marked line again and again, waits each time until it is served, and puts the file back.
 *
 * @param folder the checkout whose file is edited
 * @throws Error when an edit is not served in time
 */
export async function measureLoop(
  folder: string,
  { file, text }: MarkedLine,
  question: EditQuestion,
  { edits, warmUps, rest, patience }: Pace,
  interrupted: AbortSignal,
): Promise<EditTimes> {
  const run = Math.random().toString(36).slice(2, 6)
  const seen = (words: string, since: number) => untilServed(question, words, since, patience, interrupted)
  const settle = () => pause(rest * (1 + Math.random() / 2), undefined, { signal: interrupted })
  // A server that compiles on demand takes long over its first answer.
  await ask(question, 300)
  await settle()
  const looks: number[] = []
  for (let look = 0; look < 20; look++) looks.push(await timeOf(() => ask(question)))

  const served = await withEdits(join(folder, file), text, async (replaceBy) => {
    const samples: number[] = []
    for (let edit = 1; edit <= warmUps + edits; edit++) {
      await settle()
      const mark = `(edit ${run} ${edit})`
      samples.push(await seen(mark, replaceBy(withMark(text, mark))))
    }
    return samples.slice(warmUps)
  })
  await untilUnmarked(question, run, patience, interrupted)
  return { served, looks }
}

/** The text of a marked line, with a mark. */
export function withMark(text: string, mark: string): string {
  return `${text} ${mark}`
}

/** The next service's edits have to find a stack at rest. */
async function untilUnmarked(question: EditQuestion, run: string, seconds: number, interrupted: AbortSignal) {
  const deadline = performance.now() + seconds * 1000
  while ((await ask(question).catch(() => run)).includes(run)) {
    interrupted.throwIfAborted()
    if (performance.now() > deadline)
      throw new Error(`${question.url} goes on serving an edit that was undone`)
    await pause(50)
  }
}

async function timeOf(action: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await action()
  return performance.now() - started
}
