import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { random } from '../soak/random.ts'
import { type Checkout, checkout } from './checkout.ts'
import * as cluster from './clusters.ts'
import { filesBelow, halfMade, wrongEnd } from './fire/verdict.ts'

const test = suite('hooks that are cut short')
let here: Checkout
let folder: string

test.before.each(async () => {
  here = await checkout(cluster.FRESH)
  folder = mkdtempSync(join(tmpdir(), 'cut-'))
})
test.after.each(async () => {
  rmSync(folder, { recursive: true })
  await here.remove()
})

const RAW = ['--format', 'raw', '--tag', 'v0.1.0', '--output']
/** All but what a process that was killed had begun, which nobody reads. */
const shown = (files: Map<string, string>) =>
  new Map([...files].filter(([name]) => !name.endsWith('.partial') && name !== '.rendered'))

test('a render with another one at the same time, and one that is killed at any moment, leave whole files', async () => {
  const { pick } = random(21)
  const output = join(folder, 'raw')
  assert.is((await here.run('render', [...RAW, output])).exitCode, 0)
  const [before, wanted] = [shown(filesBelow(output)), new Map<string, string>()]
  writeFileSync(join(here.folder, '.env.local'), 'CPU_LIMIT=3\nMEMORY_LIMIT=700Mi\n')
  assert.is((await here.run('render', [...RAW, join(folder, 'wanted')])).exitCode, 0)
  for (const [name, content] of shown(filesBelow(join(folder, 'wanted')))) wanted.set(name, content)
  for (let n = 0; n < 6; n++) {
    const both = [here.start('render', [...RAW, output]), here.start('render', [...RAW, output])]
    const signal = pick(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)
    // From its start to its end: whatever it is at.
    const [first] = both
    setTimeout(() => first?.kill(signal), n * 250)
    await Promise.all(both.map((one) => once(one, 'close')))
    const after = shown(filesBelow(output))
    assert.equal(halfMade(after), [])
    for (const [name, content] of after)
      assert.ok(content === before.get(name) || content === wanted.get(name), `${name} is another`)
  }
  assert.is((await here.run('render', [...RAW, output])).exitCode, 0)
  assert.equal(shown(filesBelow(output)), wanted)
})

for (const calls of [1, 4, 7])
  test(`secrets that are ended after ${calls} calls are made whole by the next run`, async () => {
    const child = here.start('before-deploy', ['--profile', 'dev'])
    let over = false
    const closed = once(child, 'close').then(() => {
      over = true
    })
    while (!over && (await here.kubectl.calls()).length < calls) await new Promise(setImmediate)
    child.kill('SIGTERM')
    await closed
    await here.kubectl.keepApplied()
    assert.is((await here.run('secrets')).exitCode, 0)
    await here.kubectl.keepApplied()
    const { exitCode, stdout } = await here.run('secrets', ['--check'])
    assert.is(exitCode, 0)
    assert.match(stdout, 'the Secret is complete')
  })

test('where there is no room, nothing changes, and that is said', async () => {
  const output = join(folder, 'raw')
  assert.is((await here.run('render', [...RAW, output])).exitCode, 0)
  const before = filesBelow(output)
  writeFileSync(join(here.folder, '.env.local'), 'CPU_LIMIT=3\n')
  // In blocks of a kilobyte: the larger files do not fit.
  const limited = `ulimit -f 4; exec ${process.execPath} --import tsx hooks/render.ts ${[...RAW, output].join(' ')}`
  const child = spawn('bash', ['-c', limited], {
    cwd: here.folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TSX_DISABLE_CACHE: '1', XDG_STATE_HOME: folder },
  })
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  const ended = { exitCode: child.exitCode ?? -1, stdout, stderr }
  assert.equal(wrongEnd(ended), [])
  assert.is(ended.exitCode, 1)
  assert.match(stderr, /cannot be written: .* \(EFBIG\)/)
  assert.equal(filesBelow(output), before)
})

test.run()
