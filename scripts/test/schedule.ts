/** A piece of the test run's work. */
export interface Task<Result> {
  readonly name: string
  /** Names of tasks that have to be done before. */
  readonly after?: readonly string[]
  /** How many of those at work at once it counts for; 1 without it. */
  readonly weight?: number
  /** What there is one of each: no other task that uses one of these is at work meanwhile. */
  readonly uses?: readonly string[]
  readonly run: () => Promise<Result>
}

/**
 * Works through the tasks, as many at once as there is room for; those that stand first begin first, unless they wait for
 * others. One that is heavier than the room runs alone.
 *
 * @param room how much weight may be at work at once
 * @param ending lets nothing more begin
 * @returns the results, in the order in which they came
 * @throws what the first task threw, once all that had begun have ended; or the reason for the ending
 */
export async function schedule<Result>(
  tasks: readonly Task<Result>[],
  room: number,
  ending: AbortSignal,
): Promise<Result[]> {
  const waiting = [...tasks]
  const done = new Set<string>()
  const atWork = new Map<Task<Result>, Promise<void>>()
  const results: Result[] = []
  const thrown: unknown[] = []

  const begin = (task: Task<Result>) => {
    const work = task.run().then(
      (result) => {
        results.push(result)
        done.add(task.name)
      },
      (error: unknown) => {
        thrown.push(error)
      },
    )
    atWork.set(
      task,
      work.then(() => {
        atWork.delete(task)
      }),
    )
  }
  const load = () => [...atWork.keys()].reduce((total, { weight = 1 }) => total + weight, 0)
  /** The first that waits for nobody. What comes after it does not pass it, or a heavy one might wait for ever. */
  const next = () => {
    const used = [...atWork.keys()].flatMap(({ uses = [] }) => uses)
    const task = waiting.find(
      ({ after = [], uses = [] }) =>
        after.every((name) => done.has(name)) && !uses.some((one) => used.includes(one)),
    )
    return task && (atWork.size === 0 || load() + (task.weight ?? 1) <= room) ? task : undefined
  }

  for (;;) {
    const task = thrown.length === 0 && !ending.aborted ? next() : undefined
    if (task) {
      waiting.splice(waiting.indexOf(task), 1)
      begin(task)
    } else if (atWork.size > 0) await Promise.race(atWork.values())
    else break
  }
  ending.throwIfAborted()
  if (thrown.length > 0) throw thrown[0]
  if (waiting.length > 0) throw new Error(`${waiting.map(({ name }) => name).join(', ')} wait for each other`)
  return results
}
