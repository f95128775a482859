import assert from 'node:assert/strict'
import { suite } from 'uvu'
import { allReady, inNamespace, pods, SERVICES } from './cluster.ts'
import { type Copy, copyCheckout } from './copy.ts'
import { PATIENCE } from './deadline.ts'
import { assertHardened } from './hardened.ts'
import { identities, inLoop, NPM_RUN_DEV, served } from './in-loop.ts'

const test = suite('the loop with synced sources')
const [frontend, backend] = ['frontend', 'backend'].map((wanted) => {
  const port = SERVICES.find(({ name }) => name === wanted)?.port
  return `http://localhost:${port}`
})
let copy: Copy

test.before(async () => {
  copy = await copyCheckout()
})

test.after(() => copy.remove())

test('npm run dev syncs where the node does not hold the checkout, into new pods too', async () => {
  await inLoop(copy, NPM_RUN_DEV, async (loop) => {
    assert.match(loop.said(), /sources synced/)
    const before = identities(await allReady())
    await assertHardened(await pods(), ['assistant-stub'])
    await copy.edit('apps/backend/app/api.py', 'title="Todo API"', 'title="Edited API"')
    await served(`${backend}/openapi.json`, '"Edited API"')
    await copy.edit('apps/frontend/src/app/sign-in/page.tsx', 'title="Sign in"', 'title="Edited page"')
    await served(`${frontend}/sign-in`, 'Edited page')
    assert.deepEqual(identities(await pods()), before)

    const heard = loop.said().length
    await inNamespace('delete', 'pod', '--selector=app.kubernetes.io/name=backend')
    await loop.until(/sources: copied to backend-\S+, which had older ones: app\/api\.py/, PATIENCE, heard)
    await served(`${backend}/openapi.json`, '"Edited API"')
  })
})

test('skaffold dev -p synced keeps what was saved through a deployment', async () => {
  await inLoop(copy, ['skaffold', 'dev', '-p', 'synced'], async (loop) => {
    await copy.edit('apps/backend/app/api.py', 'title="Edited API"', 'title="Kept API"')
    await served(`${backend}/openapi.json`, '"Kept API"')
    const heard = loop.said().length
    await copy.edit('stack/stack.ts', "cpu: '100m', memory: '160Mi'", "cpu: '100m', memory: '161Mi'")
    const { code, said } = await copy.hook('render', ['--profile', 'synced'])
    assert.equal(code, 0, said)
    await loop.until(/smoke: ✓ find the row/, PATIENCE, heard)
    await loop.until(/Watching for changes/, PATIENCE, heard)
    await served(`${backend}/openapi.json`, '"Kept API"')
  })
})

test.run()
