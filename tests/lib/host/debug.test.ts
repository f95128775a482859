import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import { type Copy, copyCheckout } from '../../cluster/copy.ts'
import { attachDevTools } from '../../debugger/devtools.ts'
import { attachEditor } from '../../debugger/editor.ts'
import { sharePackages } from './copied.ts'
import { command, forgetSettings, OFFSET, startCommand, untilSaid } from './host-target.ts'

const test = suite('breakpoints on a host')
const HEALTH = 'apps/backend/core/health.py'
const STUB = 'apps/assistant-stub/api/service.ts'
/** Lines that no breakpoint is in, and that stay where they are. */
const [READY, LIVE] = ['return JSONResponse({"status": "ready"})', "'GET /health/live': health,"]
let copy: Copy

test.before(async () => {
  copy = await copyCheckout()
  await sharePackages(copy.folder)
})

test.after(async () => {
  await command('down', ['--target', 'host', '--data'], {}, copy.folder)
  await copy.remove()
  forgetSettings()
})

test('no debugger comes to what has none', async () => {
  for (const name of ['postgres', 'nobody']) {
    const { code, stderr } = await command('dev', ['--target', 'host', '--debug', name])
    assert.equal(code, 2)
    assert.match(
      stderr,
      new RegExp(`--debug is "${name}", which is none of assistant-stub, frontend, mcp, backend`),
    )
  }
})

test('breakpoints of four services at once are met after each save, and who leaves stops nothing', async () => {
  const words = [
    '--target',
    'host',
    '--debug',
    'backend,mcp',
    '--debug',
    'frontend',
    '--debug',
    'assistant-stub',
  ]
  const loop = startCommand('dev', words, {}, copy.folder)
  try {
    await untilSaid(loop.child, /The loop is up/)
    const served = (file: string) =>
      command('loop', ['wait', '--served', join(copy.folder, file), '--timeout', '300'], {}, copy.folder)
    const file = join(copy.folder, 'apps/backend/core/auth.py')
    const line = lineOf(file, 'return problem(401, detail')
    const [backend, mcp] = [await attachEditor(debuggerOf(8000)), await attachEditor(debuggerOf(8001))]
    for (const editor of [backend, mcp]) await editor.break(file, line)
    const stub = await attachDevTools(
      debuggerOf(8002),
      /api\/service\.ts/,
      /sendJson\(response, ?200, ?\{ ?status/,
    )
    await stub.set()

    for (const round of [0, 1, 2]) {
      if (round > 0) {
        await copy.edit(HEALTH, READY, `${READY}  `)
        await copy.edit(STUB, LIVE, `${LIVE} `)
        assert.equal((await served(HEALTH)).code, 0)
        await stub.set()
      }
      for (const [url, editor] of [
        [at(8000, '/api/nobody/tasks'), backend],
        [at(8001, '/mcp'), mcp],
      ] as const) {
        const answer = fetch(url)
        assert.equal((await editor.passBreakpoint('detail')).at, `${file}:${line}`)
        assert.equal((await answer).status, 401)
      }
      const answer = live(8002)
      assert.equal(await stub.passBreakpoint('typeof response'), 'object')
      assert.equal((await answer).status, 200)
    }

    const page = await attachDevTools(debuggerOf(3000), /chunks/, /Response\.json\(\{\s*status: 'live'/)
    // The first has it compiled, and may come before the breakpoint.
    const asked = [fetch(at(3000, '/api/health/live'))]
    await page.set()
    asked.push(fetch(at(3000, '/api/health/live')))
    assert.equal(await page.passBreakpoint('dynamic'), 'force-dynamic')
    page.detach()
    for (const answer of asked) assert.equal((await answer).status, 200)

    const answers = [fetch(at(8000, '/api/nobody/tasks')), live(8002)]
    await Promise.all([backend.stopped(), stub.stopped()])
    await backend.detach()
    stub.detach()
    assert.deepEqual(await Promise.all(answers.map(async (answer) => (await answer).status)), [401, 200])
    assert.equal((await fetch(at(8000, '/api/nobody/tasks'))).status, 401)
    const cut = fetch(at(8001, '/mcp'))
    await mcp.stopped()
    mcp.vanish()
    assert.equal((await cut).status, 401)
  } finally {
    process.kill(-(loop.child.pid ?? 0), 'SIGINT')
    await loop.ended
  }
})

function at(port: number, path: string): string {
  return `http://127.0.0.1:${port + OFFSET}${path}`
}

function live(port: number): Promise<Response> {
  return fetch(at(port, '/health/live'))
}

function debuggerOf(port: number): number {
  return port + 50 + OFFSET
}

function lineOf(file: string, text: string): number {
  return (
    readFileSync(file, 'utf8')
      .split('\n')
      .findIndex((line) => line.includes(text)) + 1
  )
}

test.run()
