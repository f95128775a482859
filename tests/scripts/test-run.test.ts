import { execFileSync } from 'node:child_process'
import { createReadStream, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Refusal } from '../../lib/shell/refusal.ts'
import { CHECKOUT } from '../../lib/shell/state-folder.ts'
import { choose } from '../../scripts/test/choose.ts'
import { closingLines } from '../../scripts/test/closing-lines.ts'
import { inOrder, PLACED, usedBy } from '../../scripts/test/cluster-lanes.ts'
import { resultsOf } from '../../scripts/test/results.ts'
import { runSuite, type Suite } from '../../scripts/test/run-suite.ts'
import { schedule, type Task } from '../../scripts/test/schedule.ts'
import { beginning, end } from '../../scripts/test/sections.ts'
import { isIn, LATER, TIERS, testFiles } from '../../scripts/test/tiers.ts'

const test = suite('the test run')
const never = new AbortController().signal

test('every test file is in just one tier, but for those of the proof alone, and every one that is left to later is there', () => {
  const files = [...testFiles('uvu'), ...testFiles('pytest')]
  for (const file of files) {
    const found = TIERS.filter((tier) => isIn(tier, file))
    const expected = file.startsWith('tests/proof/cluster/')
      ? []
      : file.startsWith('tests/cluster/')
        ? ['cluster']
        : file in LATER
          ? ['later', 'all']
          : ['default', 'all']
    assert.equal(found, expected, file)
  }
  for (const file of Object.keys(LATER)) assert.ok(files.includes(file), `${file} is not there`)
})

test('paths are those of files and folders, as they stand where they were typed', () => {
  const { files, checks } = choose(['yaml.test.ts', '../lib/loop'], `${CHECKOUT}/tests/k8s`)
  assert.is(files.uvu[0], 'tests/k8s/yaml.test.ts')
  assert.ok(files.uvu.includes('tests/lib/loop/state.test.ts'))
  assert.not.ok(checks)
  assert.equal(choose(['apps/backend/tests/test_auth.py'], CHECKOUT).files.pytest, [
    'apps/backend/tests/test_auth.py',
  ])
})

for (const words of [
  ['everything'],
  ['all', 'cluster'],
  ['tests/nothing.test.ts'],
  ['tests/k8s/pods.ts'],
  ['tests'],
])
  test(`"${words.join(' ')}" is refused`, () => {
    try {
      choose(words, CHECKOUT)
      assert.unreachable()
    } catch (error) {
      assert.instance(error, Refusal)
      if (error instanceof Refusal) assert.is(error.exitCode, 2)
    }
  })

const uvu = (passed: number, total: number, skipped = 0) =>
  `\n  Total:     ${total}\n  Passed:    ${passed}\n  Skipped:   ${skipped}\n`
const said = (file: string, text: string) => `${beginning(file)}\n${text}\n${end(1.5)}\n`

for (const [what, output, exitCode, expected] of [
  ['two files that passed', said('a', uvu(3, 3, 1)) + said('b', uvu(2, 2)), 0, ['a 3 0 1', 'b 2 0 0']],
  ['a failure', said('a', uvu(3, 3)) + said('b', uvu(1, 2)), 1, ['a 3 0 0', 'b 1 1 0']],
  ['tests that a broken hook hid', said('a', uvu(3, 5)) + said('b', uvu(2, 2)), 0, ['a 3 2 0', 'b 2 0 0']],
  ['a file without a test', said('a', uvu(3, 3)) + said('b', uvu(0, 0)), 0, ['a 3 0 0', 'b 0 1 0']],
  [
    'a file that this machine cannot run',
    said('a', uvu(3, 3)) + said('b', `not run: it, for there is no Go${uvu(0, 0)}`),
    0,
    ['a 3 0 0', 'b 0 0 1'],
  ],
  ['a process that died', `${said('a', uvu(3, 3))}${beginning('b')}\nx`, null, ['a 3 0 0', 'b 0 1 0']],
  ['a bad end after good tests', said('a', uvu(3, 3)) + said('b', uvu(2, 2)), 7, ['a 3 0 0', 'b 2 1 0']],
] as const)
  test(`of uvu, ${what}`, () => {
    const results = resultsOf('uvu', ['a', 'b'], { exitCode, output, seconds: 4 })
    assert.equal(
      results.map(({ name, passed, failed, skipped }) => `${name} ${passed} ${failed} ${skipped}`),
      expected,
    )
  })

test('of uvu, a failure is told by its name and the first lines of why', () => {
  const text = [
    ' some things  ✘ ✘ •   (1 / 3)\n',
    '   FAIL  some things  "are answered"',
    '    Expected values to be strictly equal:  (is)\n\n        ++200     (Expected)\n        --500     (Actual)\n',
    '    at assert (file:///uvu/assert/index.mjs:33:8)\n\n',
    '   FAIL  some things  "are told \\"so\\""',
    '    read ECONNRESET\n\n\n\n\n  Total:     3\n  Passed:    1\n  Skipped:   0\n',
  ].join('\n')
  const [result] = resultsOf('uvu', ['a'], { exitCode: 1, output: said('a', text), seconds: 4 })
  assert.is(result?.failed, 2)
  assert.equal(result?.failures, [
    [
      'are answered',
      '    Expected values to be strictly equal:  (is)',
      '        ++200     (Expected)',
      '        --500     (Actual)',
    ],
    ['are told \\"so\\"', '    read ECONNRESET'],
  ])
})

test('of pytest, its report counts by file', () => {
  const output = `1 failed
<testsuite><testcase classname="tests.test_a" name="x" file="tests/test_a.py" line="17" time="0.5" /><testcase classname="tests.test_a.TestY" name="y" time="1.0"><failure message="no &quot;way&quot;&#10;here">no</failure></testcase>
<testcase classname="tests.test_b" name="z" time="0.1"><skipped message="no model" /></testcase></testsuite>`
  assert.equal(resultsOf('pytest', ['apps/backend/tests'], { exitCode: 1, output, seconds: 9 }), [
    {
      name: 'apps/backend/tests/test_a.py',
      passed: 1,
      failed: 1,
      skipped: 0,
      seconds: 1.5,
      failures: [['y', 'no "way"', 'here']],
    },
    { name: 'apps/backend/tests/test_b.py', passed: 0, failed: 0, skipped: 1, seconds: 0.1, failures: [] },
  ])
  const nothing = resultsOf('pytest', ['apps/backend/tests'], {
    exitCode: 4,
    output: 'usage error',
    seconds: 1,
  })
  assert.equal(
    nothing.map(({ failed }) => failed),
    [1],
  )
})

test('the closing lines name the five slowest, what was not run, what failed, and the sum', () => {
  const results = Array.from({ length: 7 }, (_, n) => ({
    name: `file ${n}`,
    passed: 2,
    failed: n === 3 ? 1 : 0,
    skipped: n === 4 ? 2 : 0,
    seconds: n,
    failures: n === 3 ? [['answers', 'Expected 200', '  - 500', 'x'.repeat(2000)]] : [],
  }))
  assert.equal(closingLines(results, ['not run: a browser, for there is none'], 90.4), [
    'slowest:',
    ...[6, 5, 4, 3, 2].map((n) => `  ${n}.0 s file ${n}`),
    'not run: a browser, for there is none',
    'failed:',
    '  1 in file 3',
    '    ✘ answers',
    '      Expected 200',
    '      - 500',
    `      ${'x'.repeat(200)}`,
    '90 s of CPU',
    '14 passed, 1 failed, 2 skipped',
  ])
})

/** Tasks that end when they are told to, and what is at work. */
function tasks(...given: Omit<Task<string>, 'run'>[]) {
  const ends = new Map<string, (error?: Error) => void>()
  return {
    atWork: () => [...ends.keys()],
    end: async (name: string, error?: Error) => {
      ends.get(name)?.(error)
      ends.delete(name)
      await pause()
    },
    all: given.map((task) => ({
      ...task,
      run: () =>
        new Promise<string>((resolve, reject) =>
          ends.set(task.name, (error) => (error ? reject(error) : resolve(task.name))),
        ),
    })),
  }
}

test('work is begun in order, as much as there is room for, and after what it needs', async () => {
  const { all, atWork, end } = tasks(
    { name: 'prepare' },
    { name: 'needy', after: ['prepare'] },
    { name: 'other' },
    { name: 'heavy', weight: 2 },
    { name: 'last' },
  )
  const run = schedule(all, 2, never)
  assert.equal(atWork(), ['prepare', 'other'])
  await end('prepare')
  assert.equal(atWork(), ['other', 'needy'])
  await end('other')
  assert.equal(atWork(), ['needy'], 'the heavy one is not passed by the last')
  await end('needy')
  assert.equal(atWork(), ['heavy'])
  await end('heavy')
  await end('last')
  assert.equal(await run, ['prepare', 'other', 'needy', 'heavy', 'last'])
})

test('of two that use the same, one waits, and others pass it', async () => {
  const { all, atWork, end } = tasks(
    { name: 'one', uses: ['the cluster'] },
    { name: 'two', uses: ['a port', 'the cluster'] },
    { name: 'other', uses: ['another port'] },
  )
  const run = schedule(all, 3, never)
  assert.equal(atWork(), ['one', 'other'])
  await end('one')
  assert.equal(atWork(), ['other', 'two'])
  await end('other')
  await end('two')
  assert.equal(await run, ['one', 'other', 'two'])
})

test('each file of the cluster is run once, those with a place of their own first, and a new one as if it used the main stack', () => {
  const files = testFiles('uvu').filter((file) => isIn('cluster', file))
  for (const file of PLACED) assert.ok(files.includes(file), `${file} is not there`)
  assert.equal(inOrder(['tests/cluster/new.test.ts', ...files]).slice(0, PLACED.length), PLACED)
  assert.equal(inOrder(files).toSorted(), files)
  assert.equal(usedBy('tests/cluster/new.test.ts'), usedBy('tests/cluster/auth.test.ts'))
})

test('after an error or an interruption nothing begins, and what had begun is waited for', async () => {
  for (const how of ['error', 'interruption']) {
    const { all, atWork, end } = tasks({ name: 'one' }, { name: 'two' }, { name: 'three' })
    const interruption = new AbortController()
    const run = schedule(all, 2, interruption.signal).then(
      () => 'through',
      (error: Error) => error.message,
    )
    const error = new Error(how)
    if (how === 'interruption') interruption.abort(error)
    await end('one', how === 'error' ? error : undefined)
    assert.equal(atWork(), ['two'])
    await end('two')
    assert.is(await run, how)
  }
})

const MINUTE = 60_000
const shell = (script: string, milliseconds: number): Suite => ({
  name: 'a suite',
  files: ['a suite'],
  kind: 'check',
  command: ['bash', '-c', script],
  minutes: milliseconds / MINUTE,
})

/** Collects what is told instead of printing it. */
async function listening<Result>(action: () => Promise<Result>): Promise<{ result: Result; told: string }> {
  const { log } = console
  let told = ''
  console.log = (line: string) => {
    told += `${line}\n`
  }
  try {
    return { result: await action(), told }
  } finally {
    console.log = log
  }
}

test('a suite that hangs is ended with all its processes, named, and what it said is shown', async () => {
  // The process that sleeps is a grandchild and holds the output.
  const hanging = shell('echo where it stood; (sleep 600; echo never) & wait', 500)
  const { result, told } = await listening(() => runSuite(hanging, never))
  assert.is(result.results[0]?.failed, 1)
  assert.match(told, /where it stood/)
  assert.match(told, /a suite hung: it was ended/)
})

test('what the processes below a suite compute is counted', async () => {
  const { result } = await listening(() =>
    runSuite(shell('(for ((i = 0; i < 200000; i++)); do :; done); true', MINUTE), never),
  )
  assert.ok(result.cpu > 0)
})

test('what a suite leaves running in its group is ended with it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'left-'))
  const pipe = join(folder, 'pipe')
  execFileSync('mkfifo', [pipe])
  // Who reads from the pipe comes to its end when nobody holds the other one any more.
  const ended = text(createReadStream(pipe))
  const leaving = shell(`sleep 600 >${pipe} 2>&1 &`, MINUTE)
  const { result } = await listening(() => runSuite(leaving, never))
  assert.is(result.results[0]?.passed, 1)
  assert.is(await ended, '')
  rmSync(folder, { recursive: true })
})

test('a hook that throws says why', async () => {
  const file = 'tests/scripts/broken-hook.ts'
  const broken: Suite = {
    ...shell('', MINUTE),
    files: [file],
    kind: 'uvu',
    command: [process.execPath, '--import', 'tsx', 'scripts/test/one-process.ts', file],
  }
  const { result, told } = await listening(() => runSuite(broken, never))
  assert.is(result.results[0]?.failed, 1)
  assert.match(told, /before failed: Error: The stack did not come up\.\n +at .*broken-hook\.ts:6/)
})

test('a suite that is interrupted ends and counts for nothing', async () => {
  const interruption = new AbortController()
  const { result } = await listening(() => {
    const run = runSuite(shell('sleep 600', MINUTE), interruption.signal)
    interruption.abort()
    return run
  })
  assert.equal(result.results, [])
})

test('what a suite has made for a while goes with it, also when it is interrupted', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'told-'))
  const pipe = join(folder, 'pipe')
  execFileSync('mkfifo', [pipe])
  const made = text(createReadStream(pipe))
  const interruption = new AbortController()
  const making = shell(`mktemp -d >${pipe}; exec sleep 600`, MINUTE)
  await listening(async () => {
    const run = runSuite(making, interruption.signal)
    await made
    interruption.abort()
    return run
  })
  assert.not.ok(existsSync((await made).trim()), await made)
  rmSync(folder, { recursive: true })
})

test.run()
