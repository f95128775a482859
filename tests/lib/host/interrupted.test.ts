import assert from 'node:assert/strict'
import { suite } from 'uvu'
import { answering, command, forgetSettings, startCommand, untilSaid } from './host-target.ts'

const test = suite('npm run up on a host, interrupted, refuses')

test.after(async () => {
  await command('down', ['--target', 'host', '--data'])
  forgetSettings()
})

test('a second up at the same time', async () => {
  const first = startCommand('up', ['--target', 'host'])
  await untilSaid(first.child, /✓ Python packages/)
  const second = await command('up', ['--target', 'host'])
  assert.equal(second.code, 1)
  assert.match(second.stderr, /"npm run up" \(process \d+\) is already at work/)
  assert.equal((await first.ended).code, 0)
  assert.equal((await command('down', ['--target', 'host'])).code, 0)
})

for (const step of [
  'Python packages',
  'frontend build',
  'postgres',
  'migrations',
  'services',
  'smoke: ✓ sign in',
])
  test(`to leave anything behind after Ctrl-C at: ${step}`, async () => {
    const up = startCommand('up', ['--target', 'host'])
    await untilSaid(up.child, new RegExp(step))
    process.kill(-(up.child.pid ?? 0), 'SIGINT')
    const { code, stderr } = await up.ended
    assert.equal(code, 130, stderr)
    assert.deepEqual(await answering(), [])
    assert.match(
      (await command('down', ['--target', 'host'])).stdout,
      /nothing of the host target was running/,
    )
  })

test.run()
