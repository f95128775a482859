import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { suite } from 'uvu'
import { CHECKOUT } from '../../../lib/shell/state-folder.ts'
import { command as up } from '../../../scripts/up.ts'
import { type Ended, inProcess } from '../../hooks/in-process.ts'
import { answering, command, forgetSettings, OFFSET, useSettings } from './host-target.ts'

const test = suite('npm run up on a host refuses')

test.before.each(() => useSettings())
test.after(async () => {
  await command('down', ['--target', 'host', '--data'])
  forgetSettings()
})

/** `npm run up -- <words>` */
function upWith(words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return inProcess(up, words, { ...process.env, ...env }, CHECKOUT)
}

/** One sentence and a cure on stderr, no stack trace, and nothing left running. */
async function assertRefused({ exitCode, stderr }: Ended, sentence: RegExp, cure: RegExp): Promise<void> {
  assert.notEqual(exitCode, 0)
  assert.match(stderr, sentence)
  assert.match(stderr, cure)
  assert.doesNotMatch(stderr, /^\s+at /m)
  useSettings()
  assert.deepEqual(await answering(), [])
}

test('a taken port', async () => {
  const squatter = createServer((socket) => socket.destroy()).listen(8000 + OFFSET, '127.0.0.1')
  await new Promise((resolve) => squatter.once('listening', resolve))
  try {
    await assertRefused(
      await upWith(['--target', 'host']),
      new RegExp(`Port ${8000 + OFFSET} \\(backend\\) .* is taken`),
      /PORT_OFFSET/,
    )
  } finally {
    await new Promise((resolve) => squatter.close(resolve))
  }
})

test('a language model that is half set', async () => {
  useSettings(['OPENAI_API_KEY=not-shown'])
  const refused = await upWith(['--target', 'host'])
  await assertRefused(refused, /OPENAI_API_KEY is set, but OPENAI_BASE_URL/, /add to \.env\.local/)
  assert.ok(!refused.stderr.includes('not-shown'))
})

test('a DATABASE_URL that does not parse', async () => {
  useSettings(['DATABASE_URL=postgres:/nonsense'])
  await assertRefused(await upWith(['--target', 'host']), /DATABASE_URL in \.env\.local/, /correct the line/)
})

test('a DATABASE_URL that does not answer', async () => {
  useSettings(['DATABASE_URL=postgresql://nobody@127.0.0.1:1/nothing'])
  await assertRefused(await upWith(['--target', 'host']), /does not answer at 127\.0\.0\.1:1/, /DATABASE_URL/)
})

test('an unknown flag', async () => {
  const refused = await upWith(['--traget', 'host'])
  await assertRefused(refused, /Unknown option '--traget'/, /see --help/)
  assert.equal(refused.exitCode, 2)
})

test('a target that does not exist', async () => {
  await assertRefused(await upWith(['--target', 'moon']), /"moon", which is none of cluster, host/, /--help/)
})

test('a machine without Python', async () => {
  const state = { XDG_STATE_HOME: `${process.env.XDG_STATE_HOME}/no-python` }
  const refused = await upWith(['--target', 'host'], { ...state, PATH: '/nonexistent' })
  await assertRefused(refused, /no Python 3\.11 or newer/, /install it/)
})

test.run()
