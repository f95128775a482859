import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { colour, oneOf, readFlags } from '../../../lib/shell/command.ts'
import { Refusal } from '../../../lib/shell/refusal.ts'

const test = suite('the command line')
const SPOILT = fileURLToPath(new URL('spoilt-command.ts', import.meta.url))
const USAGE = 'npm run thing -- [--target cluster|host]'
const FLAGS = { target: { type: 'string', default: 'host' }, data: { type: 'boolean' } } as const

/** @returns what the action refuses with */
function refusal(action: () => unknown): Refusal {
  try {
    action()
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
  return assert.unreachable('nothing was refused') as never
}

/** Runs a command that ends the way it is told to. */
function spoilt(ending: string, env: Record<string, string> = {}) {
  const { DEBUG: _, ...rest } = process.env
  return spawnSync(process.execPath, ['--import', 'tsx', SPOILT, ending], {
    encoding: 'utf8',
    env: { ...rest, ...env },
  })
}

test('flags are read, with their defaults', () => {
  assert.equal({ ...readFlags(['--data'], USAGE, FLAGS).values }, { target: 'host', data: true })
  assert.is(readFlags(['--target=cluster'], USAGE, FLAGS).values.target, 'cluster')
  assert.equal(readFlags(['up', '--data'], USAGE, FLAGS, true).positionals, ['up'])
})

for (const [argv, named] of [
  [['--traget', 'host'], '--traget'],
  [['-x'], '-x'],
  [['host'], 'host'],
  [['--target'], '--target'],
  [['--data=yes'], '--data'],
] as const)
  test(`"${argv.join(' ')}" is refused in one sentence that names it`, () => {
    const { message, cure, exitCode } = refusal(() => readFlags([...argv], USAGE, FLAGS))
    assert.match(message, named)
    assert.match(message, /^[^\n]*[^.\n]\.$/)
    assert.equal([cure, exitCode], ['see --help', 2])
  })

test('a value that is no choice is refused with the choices', () => {
  assert.is(oneOf('--target', 'host', ['cluster', 'host']), 'host')
  const { message, exitCode } = refusal(() => oneOf('--target', 'moon', ['cluster', 'host']))
  assert.is(message, '--target is "moon", which is none of cluster, host.')
  assert.is(exitCode, 2)
})

test('colour is for terminals that want it', () => {
  const kept = process.env.NO_COLOR
  delete process.env.NO_COLOR
  assert.is(colour('red', 'x', { isTTY: true }), '\u001b[31mx\u001b[39m')
  assert.is(colour('red', 'x', { isTTY: false }), 'x')
  process.env.NO_COLOR = '1'
  assert.is(colour('red', 'x', { isTTY: true }), 'x')
  if (kept === undefined) delete process.env.NO_COLOR
  else process.env.NO_COLOR = kept
})

test('--help prints the usage and ends with 0, whatever else is there', () => {
  for (const word of ['--help', '-h']) {
    const { status, stdout, stderr } = spoilt(word)
    assert.equal([status, stdout, stderr], [0, 'usage of spoilt-command\n', ''])
  }
})

test('a refusal is a sentence and its cure on stderr, with its exit code', () => {
  const { status, stdout, stderr } = spoilt('refusal')
  assert.equal([status, stdout], [3, ''])
  assert.is(stderr, '✗ It is spoilt.\n  → buy a new one\n')
})

test('any other error ends with 70, its message, and how to see more', () => {
  for (const [ending, message] of [
    ['error', 'it broke'],
    ['nonsense', 'a bare string'],
  ] as const) {
    const { status, stderr } = spoilt(ending)
    assert.is(status, 70)
    assert.is(stderr, `✗ ${message}\n  → run it again with DEBUG=1 to see where this comes from\n`)
  }
})

test('with DEBUG, both tell where they come from', () => {
  for (const ending of ['refusal', 'error'])
    assert.match(spoilt(ending, { DEBUG: '1' }).stderr, /\n +at .*spoilt-command\.ts/)
})

test('with DEBUG, each program that is started is printed, and how it ended, and without it none', () => {
  const { stderr } = spoilt('start', { DEBUG: '1' })
  assert.match(
    stderr.replace(process.execPath, 'node'),
    /^\[1\] \$ node -e \$'0 \|\| 1'\n\[1\] 0 after \d+ ms\n$/,
  )
  assert.is(spoilt('start').stderr, '')
})

test('a command that gives no code ends with 0', () => {
  assert.is(spoilt('nothing').status, 0)
})

test.run()
