import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { namesOf } from '../../k8s/names.ts'
import { step } from '../../lib/host/step.ts'
import { report } from '../../lib/shell/command.ts'
import { measureAnswers } from './answers.ts'
import { copyPlace, script, timeOf } from './copy.ts'
import { type DetachedLoop, startDetached } from './detached.ts'
import type { BenchFigure, LoopResult, MoveResult } from './history.ts'
import { clusterAccess, copyObstacle } from './in-cluster.ts'
import { measureServices } from './measure-subject.ts'
import { memoryOf } from './memory.ts'
import { type Mover, type MoveStep, planOf, textOfMove } from './moves.ts'
import { stock } from './on-skaffold.ts'
import { tilt } from './on-tilt.ts'
import type { Rig } from './rig.ts'
import { untilServed } from './served.ts'
import type { RunningSubject } from './subject.ts'
import { measureSwitch, SWITCHED } from './switch.ts'

/** Milliseconds in which a loop comes to rest that cannot be asked, or whose memory is looked at. */
const REST = 5_000
/** Seconds in which what was told has to be seen, too. */
const SEEN = 15
/** Milliseconds until a rollout begins. */
const BEGINS = 300_000

/** What was seen so far. */
export interface BenchResults {
  readonly loop: LoopResult[]
  readonly moves: MoveResult[]
  readonly figures: BenchFigure[]
}

/**
 * Starts a loop in a copy, makes every move that it has there and back, looks at its memory, and ends it.
 *
 * @param rounds how often each
 * @returns whether all went well; what did not was said
 * @throws Refusal when it does not come up
 */
export async function measureMoves(
  rig: Rig,
  mover: Mover,
  rounds: number,
  seen: BenchResults,
): Promise<boolean> {
  const began = performance.now()
  const running: RunningSubject | DetachedLoop = await step(`${mover}: up`, () => start(rig, mover))
  const started = 'took' in running ? running.took : performance.now() - began
  const record = (move: string, samples: Pick<MoveResult, 'there' | 'back'>) =>
    seen.moves.push({ subject: mover, move, ...samples, load: loadavg()[0] ?? 0 })
  let isWhole = true
  const attempt = async (what: string, action: () => Promise<unknown>) => {
    rig.interrupted.throwIfAborted()
    try {
      await step(`${mover}: ${what}, ${rounds} times there and back`, action)
    } catch (error) {
      rig.interrupted.throwIfAborted()
      isWhole = false
      report(error)
    }
  }
  try {
    const pace = { edits: rounds, warmUps: 2, rest: 1000, patience: 60 }
    await attempt('saves', async () => {
      for await (const result of measureServices(rig, mover, running, pace)) seen.loop.push(result)
    })
    if ('served' in running)
      await attempt('answers', async () =>
        seen.figures.push(...(await measureAnswers(rig, mover, running, pace))),
      )
    const change = `git switch over ${SWITCHED} files`
    await attempt(change, async () => record(change, await measureSwitch(rig, running, rounds)))
    await rest(running)
    const { moves, edits } = rig.measures
    const file = moves ? edits[moves.service]?.file : undefined
    if (moves && file !== undefined && 'served' in running) {
      const path = join(running.folder, file)
      writeFileSync(path, textOfMove({ file, ...moves.probe }, readFileSync(path, 'utf8'), 'there', []))
      await running.served(file)
    }
    for (const planned of moves ? planOf(mover, moves.made) : [])
      await attempt(planned.by, async () =>
        record(planned.by, await measureMove(rig, running, planned, rounds)),
      )
    await pause(REST, undefined, { signal: rig.interrupted })
    seen.figures.push(...memoryFigures(mover, memoryOf(running.folder)))
  } finally {
    const ending = performance.now()
    await step(`${mover}: down`, running.stop)
    record('start, and end', { there: [started], back: [performance.now() - ending] })
  }
  return isWhole
}

/** @returns why this machine cannot measure it now, with the cure; undefined when it can */
export async function moverObstacle(rig: Rig, mover: Mover): Promise<string | undefined> {
  if (mover === 'host') return undefined
  return mover === 'loop' ? copyObstacle(rig) : (mover === 'stock' ? stock : tilt)(rig).obstacle()
}

async function start(rig: Rig, mover: Mover): Promise<RunningSubject | DetachedLoop> {
  if (mover === 'host' || mover === 'loop') return startDetached(rig, mover === 'host' ? 'host' : 'cluster')
  return (mover === 'stock' ? stock : tilt)(rig).start()
}

function rest(running: RunningSubject | DetachedLoop): Promise<void> {
  return 'rest' in running ? running.rest() : pause(REST)
}

async function measureMove(
  rig: Rig,
  running: RunningSubject | DetachedLoop,
  { move, way }: MoveStep,
  rounds: number,
): Promise<{ there: number[]; back: number[] }> {
  const path = join(running.folder, move.file)
  const isThere = existsSync(path)
  const original = isThere ? readFileSync(path, 'utf8') : ''
  const beside = readdirSync(dirname(path))
  const [there, back]: [number[], number[]] = [[], []]
  const make = async (to: 'there' | 'back') => {
    const comes = await coming(rig, running, move.file, way)
    const since = performance.now()
    writeFileSync(path, textOfMove(move, original, to, beside))
    await comes()
    const took = performance.now() - since
    await see(rig, running, move.shown?.[to === 'there' ? 0 : 1])
    await rest(running)
    return took
  }
  try {
    for (let round = 0; round < rounds; round++) {
      there.push(await make('there'))
      back.push(await make('back'))
    }
  } finally {
    if (isThere) writeFileSync(path, original)
    else rmSync(path, { force: true })
  }
  await rest(running)
  return { there, back }
}

/** Prepares to wait for a change of a file. @returns what ends when it has come to what runs */
async function coming(
  rig: Rig,
  running: RunningSubject | DetachedLoop,
  file: string,
  way: MoveStep['way'],
): Promise<() => Promise<void>> {
  if ('served' in running) return () => running.served(file)
  const { kubectl } = await clusterAccess(rig)
  const namespace = `--namespace=${namesOf(rig.stack).namespace}`
  const deployment = `deployment/${rig.measures.moves?.service}`
  const generation = () => kubectl([namespace, 'get', deployment, '--output=jsonpath={.metadata.generation}'])
  const before = await generation()
  return async () => {
    if (way === 'render')
      await timeOf(copyPlace(), script('hooks/render.ts', '--profile', 'synced'), rig.interrupted)
    const deadline = performance.now() + BEGINS
    while ((await generation()) === before) {
      if (performance.now() > deadline) throw new Error(`${file} was saved, and ${deployment} stays as it is`)
      await pause(100, undefined, { signal: rig.interrupted })
    }
    await kubectl([namespace, 'rollout', 'status', deployment, '--timeout=300s'], { timeout: '310s' })
  }
}

/** What was told is looked at, where the loop says that it keeps the way there. @throws Error when it is not so */
async function see(
  { measures: { moves, edits }, interrupted }: Rig,
  running: RunningSubject | DetachedLoop,
  words: string | undefined,
): Promise<void> {
  const edit = moves && edits[moves.service]
  if (!edit || words === undefined || !('served' in running)) return
  const question = edit.question(running.addressOf(moves.service), '')
  await untilServed(question, words, performance.now(), SEEN, interrupted)
}

function memoryFigures(mover: Mover, memory: Readonly<Record<string, number>>): BenchFigure[] {
  const entries = Object.entries(memory)
  if (entries.length === 0) return []
  const total = entries.reduce((sum, [, of]) => sum + of, 0)
  return [
    { what: `${mover}: memory of the idle loop, MiB`, samples: [total] },
    ...entries.map(([program, of]) => ({ what: `${mover}: of which ${program}, MiB`, samples: [of] })),
  ]
}
