import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { MachineObservation } from '../../../lib/diagnosis/machine/facts.ts'
import { machineVerdict } from '../../../lib/diagnosis/machine/verdict.ts'

const test = suite('the verdict on a machine')
const GOOD: MachineObservation = {
  target: 'cluster',
  node: '24.1.0',
  usesPython: true,
  python: '3.13.1',
  wanting: [],
  engine: { version: '28.2.2', cpus: 4, memoryMiB: 8192 },
  engineProblem: undefined,
  tools: ['skaffold v2.24.0', 'kubectl v1.36.3', 'minikube v1.38.1'],
  missingTools: [],
  free: new Map([['/here', 50 * 2 ** 30]]),
  inotify: { watches: 500_000, instances: 512 },
  settingsProblem: undefined,
}
const problem = { message: 'No Docker engine answers.', cure: 'start it' }
const causes = (change: Partial<MachineObservation>) =>
  machineVerdict({ ...GOOD, ...change }).findings.map(({ cause }) => cause)

test('a good one has no finding, and says what it is', () => {
  const { well, findings } = machineVerdict(GOOD)
  assert.equal(findings, [])
  assert.ok(well.includes('Node 24.1.0'))
  assert.ok(well.includes('50.0 GiB free on disk'))
})

for (const [what, change, expected] of [
  ['an old Node', { node: '20.19.9' }, ['node-version']],
  ['an old Python, on the host', { target: 'host', python: '3.9.2' }, ['python-version']],
  ['no Python, and nobody who needs one', { target: 'host', usesPython: false, python: undefined }, []],
  [
    'no program that is a store',
    { target: 'host', wanting: [{ message: 'There is none.', cure: 'install it' }] },
    ['tools-missing'],
  ],
  ['no Python, for the cluster', { python: undefined }, []],
  ['no engine, for the cluster', { engine: undefined, engineProblem: problem }, ['engine-away']],
  ['no engine, on the host', { target: 'host', engine: undefined, engineProblem: problem }, []],
  ['a missing tool, for the cluster', { missingTools: ['kubectl'] }, ['tools-missing']],
  ['a full disk', { free: new Map([['/here', 2 ** 30]]) }, ['disk-full']],
  ['few watches', { inotify: { watches: 8192, instances: 128 } }, ['inotify-limit']],
  ['a system without inotify', { inotify: undefined }, []],
  ['wrong settings', { settingsProblem: problem }, ['settings-wrong']],
] as const satisfies readonly (readonly [string, Partial<MachineObservation>, readonly string[]])[])
  test(`${what}: ${expected.join() || 'no finding'}`, () => {
    assert.equal(causes(change), [...expected])
  })

test('what is wrong is not said to be well', () => {
  const { well } = machineVerdict({
    ...GOOD,
    node: '20.19.9',
    free: new Map([['/here', 2 ** 30]]),
    inotify: { watches: 8192, instances: 128 },
    settingsProblem: problem,
  })
  assert.equal(well, [
    'Python 3.13.1',
    'Docker engine 28.2.2: 4 CPUs, 8192 MiB',
    'skaffold v2.24.0, kubectl v1.36.3, minikube v1.38.1',
  ])
})

test('of a Python that is not there nothing is said', () => {
  assert.not.ok(machineVerdict({ ...GOOD, python: undefined }).well.some((line) => line.startsWith('Python')))
})

test('the oldest that will do does', () => {
  assert.equal(causes({ node: '20.20.0' }), [])
  assert.equal(causes({ target: 'host', python: '3.11.0' }), [])
})

test.run()
