import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { text } from 'node:stream/consumers'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type LoadedHooks, loadHooks } from '../../../lib/loop/hooks/loaded.ts'
import { socketOf } from '../../../lib/loop/session/client.ts'
import { serveSession } from '../../../lib/loop/session/serve.ts'
import { CHECKOUT } from '../../../lib/shell/state-folder.ts'
import { DEFAULTS } from '../../k8s/settings-of-every-kind.ts'
import { MEMBERS } from './members.ts'

const test = suite('hooks that a loop answers')

const folder = mkdtempSync(join(tmpdir(), 'hooks-'))
let ending: AbortController
test.before.each(() => {
  ending = new AbortController()
})
test.after.each(() => ending.abort())
test.after(() => rmSync(folder, { recursive: true, force: true }))

const PLACE = { stack: 'x', where: 'here', sources: 'mounted', links: {}, logs: '' } as const

/** A loop with these hooks. @returns its socket */
async function loopWith(run: LoadedHooks['run'], name: string): Promise<string> {
  const state = join(folder, name)
  mkdirSync(state)
  const hooks: LoadedHooks = { has: () => true, run, renew: () => undefined }
  const means = {
    stack: DEFAULTS.stack,
    services: () => [],
    broughtAs: () => undefined,
    restart: async () => undefined,
    start: async () => [],
    fault: async () => undefined,
    look: async () => undefined,
    pause: { begin: async () => [], end: async () => undefined },
    addressOf: () => undefined,
    stop: () => undefined,
    hooks,
  }
  await serveSession({ members: MEMBERS, place: PLACE, state, secrets: () => [] }, means, ending.signal)
  return socketOf(state)
}

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
  const socket = await loopWith(async (program, argv, hear) => {
    asked.push([program, ...argv])
    hear('one')
    hear('two')
    return 3
  }, 'answering')
  const hook = renderHook(socket, '--profile', 'dev')
  const [said, [code]] = await Promise.all([text(hook.stdout), once(hook, 'close')])
  assert.is(said, 'one\ntwo\n')
  assert.is(code, 3)
  assert.equal(asked, [['hooks/render.ts', '--profile', 'dev']])
})

test('a hook that Skaffold ends, ends what the loop does for it', async () => {
  const interrupted = new Promise<string>((resolve) => {
    const run: LoadedHooks['run'] = (_, __, hear, signal) => {
      hear('at work')
      return new Promise((end) =>
        signal?.addEventListener('abort', () => {
          resolve('interrupted')
          end(130)
        }),
      )
    }
    void loopWith(run, 'ended').then(async (socket) => {
      const hook = renderHook(socket)
      await once(hook.stdout, 'data')
      hook.kill()
    })
  })
  assert.is(await interrupted, 'interrupted')
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

test('hooks that are renewed once the loop is at its end keep no process', async () => {
  const program = `
const { loadHooks } = await import('./lib/loop/hooks/loaded.ts')
const ending = new AbortController()
const hooks = loadHooks(ending.signal, process.env, [])
ending.abort()
hooks.renew()`
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program], {
    cwd: CHECKOUT,
    stdio: 'ignore',
  })
  const [code] = await once(child, 'exit')
  assert.is(code, 0)
})

test.run()
