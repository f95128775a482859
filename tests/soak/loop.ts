import { setTimeout as pause } from 'node:timers/promises'
import { allReady, inNamespace, ORIGIN } from '../cluster/cluster.ts'
import type { Copy } from '../cluster/copy.ts'
import { eventually } from '../cluster/deadline.ts'
import type { Program } from '../cluster/program.ts'
import { isHealthy } from './changes.ts'
import { type Outcome, outcome } from './check.ts'
import { deployments } from './deployments.ts'
import type { Edit, Step } from './edit.ts'
import { type End, endOf } from './end.ts'
import { held } from './leaks.ts'
import { identities } from './pods.ts'
import { type Served, served } from './served.ts'
import { same } from './sight.ts'
import { editedTree, type Tree } from './tree.ts'
import { expected, UNTOUCHED, type World } from './world.ts'

export type Mode = 'mounted' | 'synced'

/** `npm run dev` at work in a copy, and the world that edits have made of that. */
export interface Loop {
  readonly world: () => World
  readonly said: () => string
  /** Makes an edit and waits until it is served or told. @throws Error when the loop has ended */
  readonly make: (edit: Edit) => Promise<Outcome>
  /** Ends it as a person would. */
  readonly end: () => Promise<End>
}

/** @throws Error when the loop does not come up, or in another mode */
export async function startLoop(copy: Copy, mode: Mode, interrupted: AbortSignal): Promise<Loop> {
  const tree = await editedTree(copy.folder)
  const program = copy.start([process.execPath, '--import', 'tsx', 'scripts/dev.ts', '--target', 'cluster'])
  let isOver = false
  program.ended.then(() => {
    isOver = true
  })
  const alive = () => {
    interrupted.throwIfAborted()
    if (isOver) throw new Error('The loop has ended')
  }
  const deployed = () =>
    eventually('the end of the deployment', 180, async () => {
      const { begun, ended } = await deployments(copy)
      return isOver || interrupted.aborted || ended >= begun
    })
  const stack = served(ORIGIN)
  await comesUp(program, async () => {
    await eventually('all being served', 420, async () => isOver || interrupted.aborted || isUp(stack))
    alive()
    await allReady()
    await deployed()
    const claims = await inNamespace('get', 'persistentvolumeclaims', '-o', 'name')
    if (claims.includes('/sources') !== (mode === 'mounted')) throw new Error(`The loop is not ${mode}`)
  })

  const before = await held(copy.folder)
  const lost = new Set<string>()
  let world = UNTOUCHED
  let called = 1
  let { failed } = await deployments(copy)
  return {
    world: () => world,
    said: program.said,
    make: async (edit) => {
      alive()
      const [pods, from, then] = [await identities(), program.said().length, world]
      called += edit.deployments
      for (const step of edit.steps)
        if (step === 'deploying')
          await eventually('the next deployment', 60, async () => (await deployments(copy)).begun >= called)
        else await take(step, tree)
      world = edit.world
      const was = expected(then)
      for (const [sight, what] of expected(world)) if (!same(was.get(sight), what)) lost.delete(sight)
      const said = () => {
        alive()
        return program.said().slice(from)
      }
      const result = await outcome(edit, { before: then, lost, pods, said, served: stack })
      for (const sight of result.stale.keys()) lost.add(sight)
      if (edit.deployments === 0) return result
      await deployed()
      const failedBefore = failed
      failed = (await deployments(copy)).failed
      return failed > failedBefore && isHealthy(world)
        ? { ...result, faults: [...result.faults, 'the smoke test failed'] }
        : result
    },
    end: () => endOf(program, copy, before, called),
  }
}

async function take(step: Exclude<Step, 'deploying'>, tree: Tree): Promise<void> {
  if ('pauseMs' in step) await pause(step.pauseMs)
  else if ('touch' in step) await tree.touch(step.touch)
  else if ('save' in step) await tree.bring(step.save, step.how)
  else {
    const selector = `--selector=app.kubernetes.io/name=${step.deletePodOf}`
    await inNamespace('delete', 'pods', selector, '--wait=false')
  }
}

/** @throws Error with all that the program has said, which is ended then */
async function comesUp(program: Program, up: () => Promise<void>): Promise<void> {
  try {
    await up()
  } catch (error) {
    program.interrupt()
    const { said } = await program.ended
    throw new Error(`${error}\nwhile the loop said:\n${said}`)
  }
}

async function isUp(stack: Served): Promise<boolean> {
  const sights = new Set(expected(UNTOUCHED).keys())
  const seen = await stack.look(sights)
  return [...sights].every((sight) => seen.get(sight)?.status === 200)
}
