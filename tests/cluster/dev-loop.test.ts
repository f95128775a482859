import assert from 'node:assert/strict'
import { cp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { suite } from 'uvu'
import { $ } from 'zx/core'
import { engineOf } from '../../lib/loop/engine.ts'
import { signUp } from '../../stack/tests/user.ts'
import { develop } from '../develop.ts'
import {
  allReady,
  CONTEXT,
  deploy,
  inNamespace,
  kubectl,
  ORIGIN,
  pods,
  removeTestUsers,
  SERVICES,
  takenDown,
} from './cluster.ts'
import { type Copy, copyCheckout } from './copy.ts'
import { eventually, PATIENCE } from './deadline.ts'
import { assertHardened } from './hardened.ts'
import { identities, inLoop, NPM_RUN_DEV, served } from './in-loop.ts'
import { startLoad } from './load.ts'
import { askMcp } from './mcp.ts'
import { mountedCopy } from './mounted-copy.ts'

const test = suite('the loop with mounted sources')
const [frontend, backend] = ['frontend', 'backend'].map((wanted) => {
  const port = SERVICES.find(({ name }) => name === wanted)?.port
  return `http://localhost:${port}`
})
let copy: Copy

test.before(async () => {
  copy = await mountedCopy()
  // The loop takes over from a run, and its end takes down what that one made too.
  await deploy(copy)
})

test.after(() => copy.remove())

test('skaffold dev shows saved files in the running pods, and a broken one as what it is', async () => {
  await inLoop(copy, ['skaffold', 'dev'], async (loop) => {
    const before = identities(await allReady())
    await assertHardened(await pods())
    const user = await signUp(ORIGIN)
    const heard = loop.said().length

    await copy.edit('apps/backend/app/api.py', 'title="Todo API"', 'title="Edited API"')
    await served(`${backend}/openapi.json`, '"Edited API"')
    await copy.edit('apps/backend/mcp_server/tools.py', "Add a task to the user's list.", 'Edited tool.')
    await eventually('the edited tool', PATIENCE, async () => {
      const { body } = await askMcp('tools/list', {}, `Bearer ${user.token}`)
      return body.result?.tools?.some(({ description }) => description === 'Edited tool.')
    })
    await copy.edit('apps/frontend/src/app/sign-in/page.tsx', 'title="Sign in"', 'title="Edited page"')
    await served(`${frontend}/sign-in`, 'Edited page')

    await copy.edit('apps/backend/app/routes/tasks.py', 'from fastapi import', 'from fastapi imprt')
    await served(`${backend}/openapi.json`, 'SyntaxError: invalid syntax (app/routes/tasks.py:')
    await copy.edit('apps/backend/app/routes/tasks.py', 'from fastapi imprt', 'from fastapi import')
    await served(`${backend}/openapi.json`, '"Edited API"')
    await removeTestUsers()

    assert.deepEqual(identities(await pods()), before)
    assert.doesNotMatch(loop.said().slice(heard), /Building \[|Starting deploy|Syncing/)
  })
  const volumes = await kubectl([
    'get',
    'persistentvolume',
    'todo-sources',
    '--ignore-not-found',
    '-o',
    'name',
  ])
  assert.equal(volumes, '', 'the volume of the sources goes with the loop')
})

test('npm run dev deploys an edited model, answers all the while, and outlives a failed smoke test', async () => {
  await inLoop(copy, NPM_RUN_DEV, async (loop) => {
    assert.match(loop.said(), /sources mounted/)
    const others = identities((await pods()).filter(({ metadata }) => !/^frontend/.test(metadata.name)))
    let heard = loop.said().length
    const load = startLoad(async () => {
      const { status } = await fetch(`${frontend}/api/health/live`, { headers: { connection: 'close' } })
      assert.equal(status, 200)
    }, 200)
    try {
      await copy.edit(
        'stack/stack.ts',
        "cpu: '100m', memory: '128Mi', dev",
        "cpu: '100m', memory: '129Mi', dev",
      )
      await loop.until(/smoke: ✓ find the row/, PATIENCE, heard)
      const path = 'jsonpath={.spec.template.spec.containers[0].resources.requests.memory}'
      assert.equal(await inNamespace('get', 'deployment', 'frontend', '-o', path), '129Mi')
    } finally {
      // It would go on for ever.
      await load.stop()
    }
    assert.deepEqual(load.failures, [])
    assert.ok(load.answered() > 10)
    const still = (await pods()).filter(({ metadata }) => !/^frontend/.test(metadata.name))
    assert.deepEqual(identities(still), others, 'nothing else rolled')

    await copy.edit('apps/backend/app/routes/tasks.py', '/{task_id}/complete', '/{task_id}/finish')
    await loop.until(/backend: apps\/backend\/app\/routes\/tasks\.py live after \d+ ms/, PATIENCE, heard)
    heard = loop.said().length
    await copy.settings('LOG_LEVEL=debug')
    await loop.until(/smoke: FAILED/, PATIENCE, heard)
    await loop.until(/watching for changes/, PATIENCE, heard)
    await copy.edit('apps/backend/app/routes/tasks.py', '/{task_id}/finish', '/{task_id}/complete')
    await served(`${backend}/openapi.json`, '/{task_id}/complete')

    heard = loop.said().length
    await copy.edit('apps/backend/core/tasks.py', 'import', 'imprt')
    await loop.until(
      /● backend: failing: Does not start: SyntaxError: .* \(core\/tasks\.py:\d+\)/,
      PATIENCE,
      heard,
    )
    heard = loop.said().length
    await copy.edit('apps/backend/core/tasks.py', 'imprt', 'import')
    await loop.until(/● backend: ready/, PATIENCE, heard)
  })
  await copy.settings()
})

test('a program that knows AGENTS.md alone develops in a loop in the background, where a mounted folder may be replaced whole', async () => {
  await develop(copy.folder, 'cluster', { ...process.env, XDG_STATE_HOME: copy.state }, async () => {
    const folder = join(copy.folder, 'apps/backend/app')
    await cp(folder, `${folder}.new`, { recursive: true })
    await rename(folder, `${folder}.old`)
    await rename(`${folder}.new`, folder)
    await rm(`${folder}.old`, { recursive: true })
    await copy.edit('apps/backend/app/api.py', 'title="Edited API"', 'title="Replaced API"')
    // What has the folder that was there before has not this.
    await served(`${backend}/openapi.json`, '"Replaced API"')
  })
  await takenDown()
})

test('npm run dev serves a package more and takes it back in the same pods, and keeps the others where that fails', async () => {
  await inLoop(copy, NPM_RUN_DEV, async (loop) => {
    const before = identities(await allReady())
    const [lock, api] = ['apps/backend/uv.lock', 'apps/backend/app/api.py']
    const one = '    { name = "webpush" },\n'
    const live = /● backend: apps\/backend\/uv\.lock live after \d+ ms/
    const imported = () => inNamespace('exec', 'deployment/mcp', '--', 'python', '-c', 'import yaml')
    const missing = () => assert.rejects(imported(), /No module named 'yaml'/)
    await missing()

    let heard = loop.said().length
    await copy.edit(lock, one, `${one}    { name = "pyyaml" },\n`)
    await loop.until(live, PATIENCE, heard)
    await copy.edit(api, 'title="', 'title=__import__("yaml").__name__ + "')
    await served(`${backend}/openapi.json`, '"title":"yaml')
    // Each service of the project takes its packages by itself.
    await eventually('the package in another pod', PATIENCE, async () => (await imported()) === '')

    heard = loop.said().length
    await copy.edit(lock, 'version = 1\n', 'version = one\n')
    await loop.until(/● backend: failing: its packages stay those before: .*uv\.lock/, PATIENCE, heard)
    await served(`${backend}/openapi.json`, '"title":"yaml')
    heard = loop.said().length
    await copy.edit(lock, 'version = one\n', 'version = 1\n')
    await loop.until(/● backend: ready/, PATIENCE, heard)

    await copy.edit(api, 'title=__import__("yaml").__name__ + "', 'title="')
    heard = loop.said().length
    await copy.edit(lock, `${one}    { name = "pyyaml" },\n`, one)
    await loop.until(live, PATIENCE, heard)
    await eventually('the package gone from another pod', PATIENCE, async () => missing().then(() => true))
    assert.deepEqual(identities(await pods()), before)
  })
})

test('npm run dev takes an edit of a part of an image back, and builds an image again that is gone', async () => {
  await inLoop(copy, NPM_RUN_DEV, async (loop) => {
    const path = 'jsonpath={.spec.template.spec.containers[0].image}'
    const image = () => inNamespace('get', 'deployment', 'backend', '-o', path)
    const [part, head] = ['lib/runtimes/python/reload/__init__.py', '"""The server']
    const first = await image()
    let heard = loop.said().length
    await copy.edit(part, head, `# Edited\n${head}`)
    await loop.until(/smoke: ✓ sign in/, PATIENCE, heard)
    const edited = await image()
    assert.notEqual(edited, first)
    // While the smoke test runs: Skaffold builds again as soon as that is over, when the loop looks for old images.
    await copy.edit(part, `# Edited\n${head}`, head)
    // Not always the first: Skaffold removes the image before, where no pod uses it any more, and makes another of its layers.
    await eventually('an image of what was before', PATIENCE, async () => (await image()) !== edited)
    await allReady()
    await loop.until(/smoke: ✓ find the row.*smoke: ✓ find the row/s, PATIENCE, heard)
    const back = await image()

    const engine = $({ quiet: true })
    const label = '{{index .Config.Labels "dev.loop"}}'
    const inspected = await engine`docker exec ${CONTEXT} docker image inspect --format ${label} ${back}`
    const built = await engineOf(CONTEXT).built(inspected.stdout.trim())
    assert.ok(built?.some(({ names }) => names.includes(back)))

    heard = loop.said().length
    await engine`docker exec ${CONTEXT} docker rmi ${back}`
    await inNamespace('delete', 'pods', '--selector=app.kubernetes.io/name=backend')
    await loop.until(/is gone from the node, it is built again/, PATIENCE, heard)
    await allReady()
    assert.equal(await image(), back)
  })
})

test('skaffold dev is refused where the node does not hold the checkout, with the command that works', async () => {
  const elsewhere = await copyCheckout()
  const { code, said } = await elsewhere.run(['skaffold', 'dev'])
  await elsewhere.remove()
  assert.notEqual(code, 0)
  assert.match(said, /The nodes of the cluster do not hold this checkout/)
  assert.match(said, /skaffold dev -p synced/)
})

test.run()
