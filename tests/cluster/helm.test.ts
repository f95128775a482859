import assert from 'node:assert/strict'
import { suite } from 'uvu'
import { as, signUp, type User } from '../../stack/tests/user.ts'
import { NAMES } from '../k8s/main-stack.ts'
import {
  allReady,
  CONTEXT,
  inNamespace,
  kubectl,
  makeRoom,
  ORIGIN,
  pods,
  removeTestUsers,
  rows,
  takenDown,
} from './cluster.ts'
import { type Copy, copyCheckout } from './copy.ts'
import { eventually, PATIENCE } from './deadline.ts'
import { build, release, well } from './helm.ts'

const test = suite('a release of the Helm chart')
let copy: Copy
let todo: ReturnType<typeof release>
let user: User
let task: number

test.before(async () => {
  copy = await copyCheckout()
  todo = release(copy, NAMES.namespace)
  await makeRoom(copy)
  await build(copy)
  await well(copy.hook('secrets'))
})

test.after(async () => {
  await todo.uninstall()
  await copy.remove()
})

/** What is decided in the namespace, as the cluster has it. */
async function deployed(): Promise<unknown> {
  const kinds = 'configmaps,deployments,statefulsets,services,networkpolicies,poddisruptionbudgets'
  const ours = '--selector=app.kubernetes.io/part-of=todo'
  const { items } = JSON.parse(await inNamespace('get', kinds, ours, '-o', 'json')) as {
    items: { kind: string; metadata: { name: string }; spec?: unknown; data?: unknown }[]
  }
  return items.map(({ kind, metadata: { name }, spec, data }) => ({ kind, name, spec, data }))
}

function logLevel(): Promise<string> {
  return inNamespace('get', 'configmap', NAMES.configMap, '-o', 'jsonpath={.data.LOG_LEVEL}')
}

async function backends(): Promise<string[]> {
  await allReady()
  return (await pods('backend')).map(({ metadata }) => metadata.uid)
}

test('is refused where the Secret it is told of is missing, and nothing is applied', async () => {
  const { code, said } = await todo.install('--set', 'existingSecret=not-there')
  assert.notEqual(code, 0)
  assert.match(
    said,
    /The Secret that existingSecret names is not in this namespace\. → make it: npm run secrets/,
  )
  assert.deepEqual(await deployed(), [])
})

test('comes up under the rules of the namespace, and its test is our smoke test', async () => {
  assert.match(await well(todo.install()), new RegExp(`The page: +${ORIGIN}\n`))
  const labels = await kubectl(['get', 'namespace', NAMES.namespace, '-o', 'jsonpath={.metadata.labels}'])
  assert.match(labels, /"pod-security.kubernetes.io\/enforce":"restricted"/)
  await allReady()
  assert.match(await well(todo.test()), /"step":"find the row in PostgreSQL".*\n\{"arrived":true\}/)
  user = await signUp(ORIGIN)
  task = (await as<{ id: number }>(user, ORIGIN, 'POST', 'tasks', { title: 'Survive' })).body.id
})

test('its test fails where the stack is broken, and says at what', async () => {
  await inNamespace('scale', 'deployment/mcp', '--replicas=0')
  await eventually('the MCP server being gone', PATIENCE, async () => (await pods('mcp')).length === 0)
  const { code, said } = await todo.test()
  assert.notEqual(code, 0)
  assert.match(said, /"failed":".*mcp/)
  await inNamespace('scale', 'deployment/mcp', '--replicas=2')
  await inNamespace('rollout', 'status', 'deployment/mcp', `--timeout=${PATIENCE}s`)
  await well(todo.test())
})

test('an upgrade brings other values, and new pods that read them', async () => {
  const before = await backends()
  await well(todo.upgrade('replicas=1,logLevel=debug'))
  assert.equal(await logLevel(), 'debug')
  const [after, ...others] = await backends()
  assert.ok(after && !before.includes(after))
  assert.deepEqual(others, [])
})

for (const [title, values] of [
  ['that the API server refuses half-way', 'postgres.storage=2Gi,logLevel=error'],
  ['whose pods never start', 'image.tag=not-there,logLevel=error'],
] as const)
  test(`an upgrade ${title} is taken back, and the stack serves on`, async () => {
    const before = await deployed()
    const { code, said } = await todo.upgrade(values, '--atomic', '--timeout', '30s')
    assert.notEqual(code, 0)
    assert.match(said, /has been rolled back/)
    assert.deepEqual(await deployed(), before)
    assert.equal((await as(user, ORIGIN, 'GET', `tasks/${task}`)).status, 200)
  })

test('a rollback brings the first values back', async () => {
  await well(todo.rollback(1))
  assert.equal(await logLevel(), 'info')
  assert.equal((await backends()).length, 2)
  assert.deepEqual(await rows(user.id), [{ id: task, title: 'Survive', completed: false }])
})

test('uninstalling keeps the data and its secrets and nothing else, and the next release finds them', async () => {
  await well(todo.uninstall())
  await takenDown()
  await well(todo.install('--values', 'helm/todo/values-local.yaml'))
  // The nodes hear a moment later than Helm that a pod is ready.
  const served = async () => (await as(user, ORIGIN, 'GET', `tasks/${task}`)).status === 200
  await eventually('the task being served', PATIENCE, served)
  assert.deepEqual(await rows(user.id), [{ id: task, title: 'Survive', completed: false }])
  await removeTestUsers()
  await well(todo.uninstall())
  await takenDown()
})

test('skaffold run -p helm installs it with the settings of .env.local, and delete takes it down', async () => {
  await copy.settings('LOG_LEVEL=debug', 'REPLICAS=1')
  const run = ['skaffold', 'run', '-p', 'helm', `--kube-context=${CONTEXT}`] as const
  assert.match(await well(copy.run(run)), /smoke: ✓ find the row in PostgreSQL/)
  assert.equal(await logLevel(), 'debug')
  const before = await backends()
  assert.equal(before.length, 1)
  await well(todo.test())

  await well(copy.run(run))
  assert.deepEqual(await backends(), before)

  await well(copy.run(['skaffold', 'delete', '-p', 'helm', `--kube-context=${CONTEXT}`]))
  await takenDown()
})

test.run()
