import assert from 'node:assert/strict'
import { suite } from 'uvu'
import type { Case } from './broken/case.ts'
import { configuration } from './broken/configuration.ts'
import { databases } from './broken/databases.ts'
import { healthy } from './broken/healthy.ts'
import { images } from './broken/images.ts'
import { probes } from './broken/probes.ts'
import { programs } from './broken/programs.ts'
import { room } from './broken/room.ts'
import { nameIt } from './broken/try-out.ts'

const test = suite('the diagnosis of broken deployments, and of healthy ones')
/** Namespaces at work at the same time: a node has only so many hands. */
const AT_ONCE = 8
const cases: Readonly<Record<string, Case>> = {
  ...images,
  ...configuration,
  ...room,
  ...programs,
  ...probes,
  ...databases,
}
const delays = new Map<string, number>()

const broken = startAll(Object.entries(cases).map(([name, one]) => [name, () => nameIt(name, one)]))
const well = startAll(Object.entries(healthy))

for (const [name, { cause, where, message, cure }] of Object.entries(cases))
  test(`${name} is named ${cause}, once, with its cure`, async () => {
    const { finding, findings, delay } = await result(broken, name)
    delays.set(name, delay)
    assert.equal(finding.where, where)
    assert.match(finding.message, message)
    assert.match(finding.cure, cure)
    assert.deepEqual(
      findings.map(({ cause, where }) => [cause, where]),
      [[cause, where]],
    )
  })

for (const name of Object.keys(healthy))
  test(`no alarm: ${name}`, async () => {
    assert.deepEqual(await result(well, name), [])
  })

test.after(() => {
  const [slowest, seconds] = [...delays].sort(([, one], [, other]) => other - one)[0] ?? ['', 0]
  console.log([...delays].map(([name, delay]) => `  ${name} ${delay.toFixed(1)} s`).join('\n'))
  console.log(`  ${delays.size} named; at most ${seconds.toFixed(1)} s after being visible (${slowest})`)
})

type Outcome<Result> = { readonly value: Result } | { readonly error: unknown }
type Started<Result> = ReadonlyMap<string, Promise<Outcome<Result>>>

/** Runs all of them, some at a time; a failure waits for the test that asks for it. */
function startAll<Result>(actions: readonly (readonly [string, () => Promise<Result>])[]): Started<Result> {
  const hands = Array.from({ length: AT_ONCE }, () => Promise.resolve())
  return new Map(
    actions.map(([name, action], index) => {
      const outcome = (hands[index % AT_ONCE] ?? Promise.resolve()).then(action).then(
        (value) => ({ value }),
        (error: unknown) => ({ error }),
      )
      hands[index % AT_ONCE] = outcome.then(() => undefined)
      return [name, outcome]
    }),
  )
}

async function result<Result>(started: Started<Result>, name: string): Promise<Result> {
  const outcome = await started.get(name)
  if (!outcome) throw new Error(`${name} was not started`)
  if ('error' in outcome) throw outcome.error
  return outcome.value
}

test.run()
