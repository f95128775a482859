import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { suite } from 'uvu'
import { answerTo, socketOf } from '../../../lib/loop/session/client.ts'
import { type WaitAnswer, waited } from '../../../lib/loop/session/questions.ts'
import { type Copy, copyCheckout } from '../../cluster/copy.ts'
import { random } from '../../soak/random.ts'
import { shareInstalled } from './copied.ts'
import { answering, command, forgetSettings, OFFSET } from './host-target.ts'

const test = suite('edits on a host')
let copy: Copy

test.before(async () => {
  copy = await copyCheckout()
  await shareInstalled(copy.folder)
})

test.after(async () => {
  // Of a test that failed: while it runs, nothing else may.
  await command('loop', ['stop'], {}, copy.folder)
  await command('down', ['--target', 'host', '--data'], {}, copy.folder)
  await copy.remove()
  forgetSettings()
})

const [PAGE, API, TOOLS, MODEL] = [3000, 8000, 8001, 8002].map((port) => `http://127.0.0.1:${port + OFFSET}`)

/** What is edited: a text of a file, what breaks that, and where all is shown that has it. */
const PLACES = [
  {
    file: 'apps/backend/app/api.py',
    text: 'title="Todo API"',
    marked: (mark: string) => `title="${mark}"`,
    broken: 'title=',
    shown: [`${API}/openapi.json`],
  },
  {
    file: 'apps/backend/core/health.py',
    text: '{"status": "ok"}',
    marked: (mark: string) => `{"status": "${mark}"}`,
    broken: '{"status": ',
    shown: [`${API}/health`, `${TOOLS}/health`],
  },
  {
    file: 'apps/assistant-stub/api/service.ts',
    text: "owned_by: 'assistant-stub'",
    marked: (mark: string) => `owned_by: '${mark}'`,
    broken: "owned_by: '",
    shown: [`${MODEL}/v1/models`],
  },
  {
    file: 'apps/frontend/src/app/sign-in/page.tsx',
    text: 'title="Sign in"',
    marked: (mark: string) => `title="${mark}"`,
    broken: undefined,
    shown: [`${PAGE}/sign-in`],
  },
] as const

test('of two hundred edits in random order, none is told to be served before it is', async () => {
  const started = await command('dev', ['--target', 'host', '--detach'], {}, copy.folder)
  assert.equal(started.code, 0, started.stderr)
  const socket = socketOf(stateOf(copy.folder))
  const choice = random(19)
  const late = new Map<string, number[]>(PLACES.map(({ file }) => [file, []]))
  const originals = new Map<string, string>()
  for (const { file } of PLACES) originals.set(file, await readFile(join(copy.folder, file), 'utf8'))
  // As an open browser would have it.
  await (await fetch(`${PAGE}/sign-in`)).text()
  try {
    for (let number = 0; number < 200; number++) {
      const { file, text, marked, broken, shown } = choice.pick(PLACES)
      const mark = `edit-${number}`
      const save = async (replacement: string) => {
        const edited = originals.get(file)?.replace(text, replacement) ?? ''
        await writeFile(join(copy.folder, file), edited)
      }
      if (broken && choice.below(5) === 0) {
        await save(broken)
        assert.equal((await waitFor(file)).outcome, 'no', `${mark}, broken, of ${file}`)
      }
      await save(marked(mark))
      const waiting = waitFor(file).then((answer) => ({ answer, at: performance.now() }))
      const seen = Promise.all(shown.map((url) => firstSeen(url, mark)))
      const { answer, at } = await waiting
      assert.equal(answer.outcome, 'yes', `${mark} of ${file}: ${answer.message}`)
      // At once: what is told to be served needs no other look.
      for (const url of shown) assert.ok((await says(url)).includes(mark), `${url} has no ${mark}`)
      late.get(file)?.push(Math.max(0, at - Math.max(...(await seen))))
    }
    for (const [file, times] of [...late, ['all', [...late.values()].flat()] as const]) {
      times.sort((one, other) => one - other)
      const [p50, p95] = [0.5, 0.95].map((part) => Math.round(times[Math.floor(times.length * part)] ?? 0))
      console.log(`figure: ${file}: answered p50 ${p50} ms, p95 ${p95} ms after the save was first seen`)
    }
  } finally {
    for (const [file, text] of originals) await writeFile(join(copy.folder, file), text)
    assert.equal((await command('loop', ['stop'], {}, copy.folder)).code, 0)
  }
  assert.deepEqual(await answering(), [])

  async function waitFor(file: string): Promise<WaitAnswer> {
    const served = [join(copy.folder, file)]
    return waited.parse(await answerTo(socket, { ask: 'wait', served, healthy: false, timeout: 60 }))
  }
})

async function says(url: string): Promise<string> {
  return (await fetch(url)).text()
}

/** @returns when it was served for the first time */
async function firstSeen(url: string, mark: string): Promise<number> {
  while (!(await says(url).catch(() => '')).includes(mark)) await pause(5)
  return performance.now()
}

function stateOf(folder: string): string {
  const base = process.env.XDG_STATE_HOME ?? ''
  const states = readdirSync(base).map((name) => join(base, name))
  const own = states.find((state) => {
    try {
      return readFileSync(join(state, 'stack'), 'utf8') === join(folder, 'stack')
    } catch {
      return false
    }
  })
  return own ?? ''
}

test.run()
