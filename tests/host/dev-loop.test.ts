import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { suite } from 'uvu'
import { CHECKOUT } from '../../shell/state-folder.ts'
import { answering, command, forgetSettings, OFFSET, ORIGIN, startCommand, untilSaid } from './host-target.ts'

const test = suite('the loop on a host')

test.after(async () => {
  await command('down', ['--target', 'host', '--data'])
  forgetSettings()
})

test('shows a saved file of backend and frontend, and the end of its terminal ends everything', async () => {
  const loop = startCommand('dev', ['--target', 'host'])
  try {
    await untilSaid(loop.child, /The loop is up/)
    await shows('backend/app/api.py', 'title="Todo API"', 'title="Edited API"', () =>
      page(`http://127.0.0.1:${8000 + OFFSET}/openapi.json`, '"Edited API"'),
    )
    await shows('frontend/src/app/sign-in/page.tsx', 'Sign in', 'Enter', () =>
      page(`${ORIGIN}/sign-in`, 'Enter'),
    )
  } finally {
    process.kill(-(loop.child.pid ?? 0), 'SIGHUP')
  }
  assert.equal((await loop.ended).code, 0)
  assert.deepEqual(await answering(), [])
})

/** Edits a file, waits until the edit is served, and puts the file back whatever happens. */
async function shows(
  file: string,
  before: string,
  after: string,
  isServed: () => Promise<boolean>,
): Promise<void> {
  const path = join(CHECKOUT, file)
  const original = readFileSync(path, 'utf8')
  assert.ok(original.includes(before), `${file} has no ${before}`)
  assert.equal(await isServed(), false)
  try {
    writeFileSync(path, original.replaceAll(before, after))
    const deadline = Date.now() + 30_000
    while (!(await isServed())) {
      assert.ok(Date.now() < deadline, `the edit of ${file} was not served`)
      await pause(50)
    }
  } finally {
    writeFileSync(path, original)
  }
}

async function page(url: string, text: string): Promise<boolean> {
  const answer = await fetch(url).catch(() => undefined)
  return answer !== undefined && (await answer.text()).includes(text)
}

test.run()
