import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { suite } from 'uvu'
import { type Copy, copyCheckout } from '../../cluster/copy.ts'
import { shareInstalled } from './copied.ts'
import { answering, command, forgetSettings, OFFSET, ORIGIN, startCommand, untilSaid } from './host-target.ts'

const test = suite('the loop on a host')
let copy: Copy

test.before(async () => {
  copy = await copyCheckout()
  await shareInstalled(copy.folder)
})

test.after(async () => {
  await command('down', ['--target', 'host', '--data'], {}, copy.folder)
  await copy.remove()
  forgetSettings()
})

test('shows a saved file of backend and frontend, and the end of its terminal ends everything', async () => {
  const loop = startCommand('dev', ['--target', 'host'], {}, copy.folder)
  try {
    await untilSaid(loop.child, /The loop is up/)
    await shows('apps/backend/app/api.py', 'title="Todo API"', 'title="Edited API"', () =>
      page(`http://127.0.0.1:${8000 + OFFSET}/openapi.json`, '"Edited API"'),
    )
    await shows('apps/frontend/src/app/sign-in/page.tsx', 'Sign in', 'Enter', () =>
      page(`${ORIGIN}/sign-in`, 'Enter'),
    )
  } finally {
    process.kill(-(loop.child.pid ?? 0), 'SIGHUP')
  }
  assert.equal((await loop.ended).code, 0)
  assert.deepEqual(await answering(), [])
})

/** Edits a file of the copy, and waits until the edit is served. */
async function shows(
  file: string,
  before: string,
  after: string,
  isServed: () => Promise<boolean>,
): Promise<void> {
  assert.equal(await isServed(), false)
  await copy.edit(file, before, after)
  while (!(await isServed())) await pause(50)
}

async function page(url: string, text: string): Promise<boolean> {
  const answer = await fetch(url).catch(() => undefined)
  return answer !== undefined && (await answer.text()).includes(text)
}

test.run()
