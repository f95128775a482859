import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import { WORKDIR } from '../../k8s/sources.ts'
import { attachDevTools } from '../debugger/devtools.ts'
import { attachEditor } from '../debugger/editor.ts'
import { kubectl, pods } from './cluster.ts'
import type { Copy } from './copy.ts'
import { PATIENCE } from './deadline.ts'
import { assertHardened } from './hardened.ts'
import { inLoop, NPM_RUN_DEV } from './in-loop.ts'
import { mountedCopy } from './mounted-copy.ts'

const test = suite('breakpoints in pods')
/** No probe comes there, and none of the loop's own looks. */
const [AUTH, REFUSAL] = [
  'apps/backend/core/auth.py',
  '    return problem(401, detail, {"WWW-Authenticate": challenge})',
]
const HEALTH = 'apps/backend/core/health.py'
/** A line that no breakpoint is in, and that stays where it is. */
const READY = 'return JSONResponse({"status": "ready"})'
const SAVES = 20
let copy: Copy

test.before(async () => {
  copy = await mountedCopy()
})

test.after(() => copy.remove())

test('one is met after each of many saves, in a pod that is as hardened as any, and the others have no debugger', async () => {
  await inLoop(copy, [...NPM_RUN_DEV, '--debug', 'backend,frontend'], async () => {
    await assertHardened(await pods())
    const file = join(copy.folder, AUTH)
    const line = readFileSync(file, 'utf8').split('\n').indexOf(REFUSAL) + 1
    const editor = await attachEditor(8050, [
      { localRoot: join(copy.folder, 'apps/backend'), remoteRoot: WORKDIR },
    ])
    await editor.break(file, line)
    for (let save = 0; save <= SAVES; save++) {
      if (save > 0) {
        await copy.edit(HEALTH, READY, `${READY}  `)
        const saved = join(copy.folder, HEALTH)
        const words = ['scripts/loop.ts', 'wait', '--served', saved, '--timeout', String(PATIENCE)] as const
        const { code, said } = await copy.run([
          process.execPath,
          '--import',
          './lib/shell/start.mjs',
          ...words,
        ])
        assert.equal(code, 0, said)
      }
      const answer = refused()
      assert.equal((await editor.passBreakpoint('detail')).at, `${file}:${line}`)
      assert.equal((await answer).status, 401)
    }
    const page = await attachDevTools(3050, /chunks/, /Response\.json\(\{\s*status: 'live'/)
    const asked = [fetch('http://localhost:3000/api/health/live')]
    await page.set()
    asked.push(fetch('http://localhost:3000/api/health/live'))
    assert.equal(await page.passBreakpoint('dynamic'), 'force-dynamic')
    page.detach()

    const left = refused()
    await editor.stopped()
    await editor.detach()
    assert.equal((await left).status, 401)
    for (const answer of asked) assert.equal((await answer).status, 200)
    const found = 'import importlib.util as look; print(look.find_spec("debugpy"))'
    const inPod = (name: string) =>
      kubectl(['exec', '--namespace=todo', `deployment/${name}`, '--', 'python', '-c', found])
    assert.equal((await inPod('mcp')).trim(), 'None')
    assert.match(await inPod('backend'), /ModuleSpec/)
  })
})

function refused(): Promise<Response> {
  return fetch('http://localhost:8000/api/nobody/tasks')
}

test.run()
