import { setTimeout as pause } from 'node:timers/promises'
import type { Edit } from './edit.ts'
import { type Identities, podFaults } from './pods.ts'
import type { Seen, Served } from './served.ts'
import { complaint, isBroken, same, shows } from './sight.ts'
import { told } from './told.ts'
import { expected, type World } from './world.ts'

/** What became of an edit. */
export interface Outcome {
  /** Sights that show something new, and services that have the new pod they were to get. */
  readonly served: number
  /** Sights that nobody sees any more, of which the developer was told why. */
  readonly told: number
  /** From the last save until all of it was served or told, by the pods that were to be new. */
  readonly milliseconds: number
  /** Sights that did not come to show what is on disk, with what they showed. */
  readonly stale: ReadonlyMap<string, string>
  /** What else is not as it should be. */
  readonly faults: readonly string[]
}

/** What was before an edit, and how to look at what is after it. */
export interface Surroundings {
  readonly before: World
  /** Sights that an earlier edit has left stale: they are its fault. */
  readonly lost: ReadonlySet<string>
  readonly pods: Identities
  /** What the loop has said since the edit began. @throws Error when it can say nothing any more */
  readonly said: () => string
  readonly served: Served
}

/** Waits until an edit that has just been saved is served or told. */
export async function outcome(edit: Edit, around: Surroundings): Promise<Outcome> {
  const saved = Date.now()
  const then = expected(around.before)
  const wanted = new Map([...expected(edit.world)].filter(([sight]) => !around.lost.has(sight)))
  const changed = [...wanted].filter(([sight, what]) => !same(then.get(sight), what))
  const broken = changed.flatMap(([sight, what]) => (isBroken(what) ? [{ sight, files: what.broken }] : []))
  const untold = new Map(broken.map(({ sight, files }) => [sight, files]))
  const open = new Set(wanted.keys())
  const last = new Map<string, Seen>()
  let took: number | undefined
  let wrongPods = ''
  let isFinal = edit.replaces.length === 0

  const look = async () => {
    for (const [sight, seen] of await around.served.look(open)) {
      last.set(sight, seen)
      const what = wanted.get(sight)
      if (what && shows(seen, what)) open.delete(sight)
    }
    const said = around.said()
    for (const [sight, files] of untold)
      if (told(said, sight.split(':')[0] ?? '', files)) untold.delete(sight)
    return open.size === 0 && untold.size === 0
  }
  while (Date.now() < saved + edit.seconds * 1000) {
    if (await look()) {
      took = Date.now() - saved
      wrongPods = await podFaults(around.pods, edit)
      if (wrongPods === '') {
        if (isFinal) break
        // What old pods have shown says nothing about new ones.
        isFinal = true
        for (const sight of wanted.keys()) open.add(sight)
      }
    }
    await pause(100)
  }
  const isReplaced = wrongPods === '' && took !== undefined
  return {
    served:
      changed.filter(([sight, what]) => !isBroken(what) && !open.has(sight)).length +
      (isReplaced ? edit.replaces.length : 0),
    told: broken.length - untold.size,
    milliseconds: took ?? Date.now() - saved,
    stale: new Map([...open].map((sight) => [sight, complaint(wanted.get(sight), last.get(sight))])),
    faults: [
      ...[...untold.keys()].map((sight) => `${sight}: nobody was told why it is not served`),
      ...(wrongPods === '' ? [] : [wrongPods]),
    ],
  }
}
