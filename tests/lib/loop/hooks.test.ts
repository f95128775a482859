import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { text } from 'node:stream/consumers'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type LoadedHooks, loadHooks } from '../../../lib/loop/hooks/loaded.ts'
import { answerHooks } from '../../../lib/loop/hooks/socket.ts'
import { CHECKOUT } from '../../../lib/shell/state-folder.ts'

const test = suite('hooks that a loop answers')

const folder = mkdtempSync(join(tmpdir(), 'hooks-'))
let ending: AbortController
test.before.each(() => {
  ending = new AbortController()
})
test.after.each(() => ending.abort())
test.after(() => rmSync(folder, { recursive: true, force: true }))

/** Starts the render hook as Skaffold does. */
function renderHook(socket: string, ...argv: string[]) {
  const words = ['--import', './lib/shell/start.mjs', 'hooks/render.ts', ...argv]
  return spawn(process.execPath, words, {
    cwd: CHECKOUT,
    env: { ...process.env, LOOP_SOCKET: socket },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

test('a hook says what the loop says, and ends as the loop says', async () => {
  const asked: unknown[] = []
  const hooks: LoadedHooks = {
    run: async (program, argv, hear) => {
      asked.push([program, ...argv])
      hear('one')
      hear('two')
      return 3
    },
    renew: () => undefined,
  }
  const socket = join(folder, 'answering.sock')
  await answerHooks(socket, hooks, ending.signal)
  const hook = renderHook(socket, '--profile', 'dev')
  const [said, [code]] = await Promise.all([text(hook.stdout), once(hook, 'close')])
  assert.is(said, 'one\ntwo\n')
  assert.is(code, 3)
  assert.equal(asked, [['hooks/render.ts', '--profile', 'dev']])
})

test('a hook that Skaffold ends, ends what the loop does for it', async () => {
  let interrupted: AbortSignal | undefined
  const heard = new Promise<void>((resolve) => {
    const hooks: LoadedHooks = {
      run: async (_, __, hear, signal) => {
        hear('at work')
        interrupted = signal
        signal?.addEventListener('abort', () => resolve())
        await heard
        return 130
      },
      renew: () => undefined,
    }
    void answerHooks(join(folder, 'ended.sock'), hooks, ending.signal).then(async () => {
      const hook = renderHook(join(folder, 'ended.sock'))
      await once(hook.stdout, 'data')
      hook.kill()
    })
  })
  await heard
  assert.ok(interrupted?.aborted)
})

test('a hook whose loop is gone runs by itself', async () => {
  const hook = renderHook(join(folder, 'nobody.sock'), '--profile', 'no such')
  const [said, [code]] = await Promise.all([text(hook.stderr), once(hook, 'close')])
  assert.match(said, '--profile is "no such"')
  assert.is(code, 2)
})

test('what is loaded is what the disk has when it is loaded anew, a mistake too', async () => {
  const file = join(folder, 'hook.mts')
  const program = relative(CHECKOUT, file)
  const write = (body: string) =>
    writeFileSync(file, `export const command = async (argv: string[]) => { ${body} }\n`)
  write('console.log("first", ...argv); return 0')
  const hooks = loadHooks(ending.signal, process.env, [program])
  const run = async () => {
    const said: string[] = []
    return [await hooks.run(program, ['a', 'b'], (line) => said.push(line)), ...said]
  }
  assert.equal(await run(), [0, 'first a b'])
  write('console.error("second"); return 4')
  assert.equal(await run(), [0, 'first a b'])
  hooks.renew()
  assert.equal(await run(), [4, 'second'])
  write('this is no program')
  hooks.renew()
  const [code, said] = await run()
  assert.is(code, 1)
  assert.match(String(said), 'ERROR')
  write('return 0')
  hooks.renew()
  assert.equal(await run(), [0])
})

test('runs are one at a time, in the order in which they were asked for', async () => {
  const file = join(folder, 'slow.mts')
  const program = relative(CHECKOUT, file)
  const wait = 'await new Promise((resolve) => setImmediate(resolve))'
  writeFileSync(
    file,
    `export const command = async ([name]: string[]) => { console.log(name + ' begins'); ${wait}; console.log(name + ' ends'); return 0 }\n`,
  )
  const hooks = loadHooks(ending.signal, process.env, [program])
  const said: string[] = []
  await Promise.all(['a', 'b'].map((name) => hooks.run(program, [name], (line) => said.push(line))))
  assert.equal(said, ['a begins', 'a ends', 'b begins', 'b ends'])
})

test.run()
