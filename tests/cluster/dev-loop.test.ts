import assert from 'node:assert/strict'
import { suite } from 'uvu'
import { signUp } from '../stack/user.ts'
import {
  allReady,
  deploy,
  inNamespace,
  ORIGIN,
  type Pod,
  pods,
  removeTestUsers,
  SERVICES,
  takenDown,
} from './cluster.ts'
import { type Copy, copyCheckout } from './copy.ts'
import { eventually } from './deadline.ts'
import { assertHardened } from './hardened.ts'
import { askMcp } from './mcp.ts'
import type { Program } from './program.ts'

const test = suite('skaffold dev')
const [frontend, backend] = ['frontend', 'backend'].map((wanted) => {
  const port = SERVICES.find(({ name }) => name === wanted)?.port
  return `http://localhost:${port}`
})
let copy: Copy

test.before(async () => {
  copy = await copyCheckout()
  // The loop takes over from a run, and its end takes down what that one made too.
  await deploy(copy)
})

test.after(() => copy.remove())

test('shows saved files in the running pods, outlives a failed smoke test, and cleans up on Ctrl-C', async () => {
  await inLoop(['skaffold', 'dev', '-p', 'synced'], async (loop) => {
    const before = identities(await allReady())
    await assertHardened(await pods())
    const user = await signUp(ORIGIN)
    let heard = loop.said().length

    await copy.edit('backend/app/main.py', 'title="Todo API"', 'title="Edited API"')
    await served(`${backend}/openapi.json`, '"Edited API"')
    await copy.edit('backend/mcp_server/tools.py', "Add a task to the user's list.", 'Edited tool.')
    await eventually('the edited tool', 30, async () => {
      const { body } = await askMcp('tools/list', {}, `Bearer ${user.token}`)
      return body.result?.tools?.some(({ description }) => description === 'Edited tool.')
    })
    await copy.edit('frontend/src/app/sign-in/page.tsx', '<h1>Sign in</h1>', '<h1>Edited page</h1>')
    await served(`${frontend}/sign-in`, 'Edited page')
    await removeTestUsers()

    assert.deepEqual(identities(await pods()), before)
    assert.doesNotMatch(loop.said().slice(heard), /Building \[|Starting deploy/)

    await copy.edit('backend/app/tasks.py', '/{task_id}/complete', '/{task_id}/finish')
    await served(`${backend}/openapi.json`, '/{task_id}/finish')
    heard = loop.said().length
    await changeModel()
    const { code, said } = await copy.hook('render', ['--profile', 'synced'])
    assert.equal(code, 0, said)
    await loop.until(/smoke: FAILED/, 120, heard)
    await loop.until(/Watching for changes/, 30, heard)
    await copy.edit('backend/app/tasks.py', '/{task_id}/finish', '/{task_id}/complete')
    await served(`${backend}/openapi.json`, '/{task_id}/complete')
  })
})

test('npm run dev renders and deploys an edited model', async () => {
  await inLoop(
    [process.execPath, '--import', 'tsx', 'scripts/dev.ts', '--target', 'cluster'],
    async (loop) => {
      const heard = loop.said().length
      const memory = await changeModel()
      await loop.until(/smoke: ✓ find the row/, 120, heard)
      const words = ['get', 'deployment', 'assistant-stub', '-o']
      const path = 'jsonpath={.spec.template.spec.containers[0].resources.requests.memory}'
      assert.equal(await inNamespace(...words, path), memory)
    },
  )
})

/** Gives the stand-in model one Mi more, which makes a new pod of it and of nothing else. @returns how much it has then */
async function changeModel(): Promise<string> {
  const now = await inNamespace(
    ...['get', 'deployment', 'assistant-stub', '-o'],
    'jsonpath={.spec.template.spec.containers[0].resources.requests.memory}',
  )
  const more = `${Number.parseInt(now, 10) + 1}Mi`
  await copy.edit('k8s/services.ts', `cpu: '25m', memory: '${now}'`, `cpu: '25m', memory: '${more}'`)
  return more
}

async function served(url: string, text: string): Promise<void> {
  await eventually(`${url} with ${text}`, 30, async () => (await (await fetch(url)).text()).includes(text))
}

/** What a new pod, a restart or a new image would change. */
function identities(found: readonly Pod[]) {
  return found
    .map(({ metadata, status }) => [
      metadata.uid,
      ...(status.containerStatuses ?? []).map(({ restartCount, imageID }) => `${restartCount} ${imageID}`),
    ])
    .sort()
}

/** Runs a loop, does something while it runs, and ends it as a person would: with Ctrl-C. */
async function inLoop(
  words: readonly [string, ...string[]],
  action: (loop: Program) => Promise<void>,
): Promise<void> {
  const loop = copy.start(words)
  try {
    await loop.until(/Watching for changes/, 180)
    await action(loop)
  } catch (error) {
    loop.interrupt()
    await loop.ended
    throw new Error(`${error}\nwhile the loop said:\n${loop.said()}`)
  }
  loop.interrupt()
  const { code, said } = await loop.ended
  assert.equal(code, 0, said)
  await eventually(
    'the processes of the loop being gone',
    15,
    async () => (await loop.leftOver()).length === 0,
  )
  await takenDown()
}

test.run()
