import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { CHECKOUT } from '../../../lib/shell/state-folder.ts'
import { built } from './built.ts'

const test = suite('a command that is told to end')
const ARGV = [process.execPath, built(new URL('interrupted-program.ts', import.meta.url))]
/** Starts what it is told to, and does not pass on what it hears. */
const STARTER = `require('node:child_process').spawn(process.argv[1], process.argv.slice(2), { stdio: 'inherit' })
setInterval(() => undefined, 1000)`

/** Waits until it is at work, tells it to end, and waits for that. @returns what it said then */
async function told([command = '', ...words]: readonly string[], tell: (child: ChildProcess) => void) {
  const child = spawn(command, words, {
    cwd: CHECKOUT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, npm_lifecycle_event: 'dev' },
  })
  const said = Promise.all([child.stdout, child.stderr].map((stream) => text(stream)))
  await once(child.stdout, 'data')
  tell(child)
  return (await said).join('').replace('at work\n', '')
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  test(`by ${signal} ends in order`, async () => {
    assert.is(await told(ARGV, (child) => child.kill(signal)), 'Interrupted.\n')
  })

test('by the end of the npm that started it ends in order', async () => {
  const said = await told([process.execPath, '-e', STARTER, ...ARGV], (child) => child.kill('SIGKILL'))
  assert.is(said, 'Interrupted.\n')
})

test('by npm hears of it itself: no shell stands between', () => {
  const { scripts } = JSON.parse(readFileSync(join(CHECKOUT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }
  for (const [name, script] of Object.entries(scripts))
    if (script.includes('start.mjs')) assert.match(script, /^exec node /, name)
})

test.run()
