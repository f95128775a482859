import assert from 'node:assert/strict'
import { suite } from 'uvu'
import { testStories } from '../stack/stories.ts'
import { command, forgetSettings, ORIGIN } from './host-target.ts'

const test = suite('what people do, on the host target')

test.before(async () => {
  await command('down', ['--target', 'host', '--data'])
  const { code, stdout, stderr } = await command('up', ['--target', 'host'])
  assert.equal(code, 0, stdout + stderr)
})

test.after(async () => {
  await command('down', ['--target', 'host', '--data'])
  forgetSettings()
})

testStories(test, ORIGIN)

test.run()
