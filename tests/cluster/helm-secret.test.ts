import assert from 'node:assert/strict'
import { suite } from 'uvu'
import { dataClaim } from '../../k8s/store.ts'
import { NAMES } from '../k8s/main-stack.ts'
import { kubectl } from './cluster.ts'
import { type Copy, copyCheckout } from './copy.ts'
import { build, release, well } from './helm.ts'

const test = suite('a release that makes its own Secret, in a namespace of its own')
const NAMESPACE = 'todo-chart'
const VALUES = ['--set', 'existingSecret=,replicas=1,expose=internal']
let copy: Copy
let todo: ReturnType<typeof release>

test.before(async () => {
  copy = await copyCheckout()
  todo = release(copy, NAMESPACE)
  await build(copy)
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' }
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE, labels } }
  await kubectl(['apply', '-f', '-'], { input: JSON.stringify(namespace) })
})

test.after(async () => {
  await kubectl(['delete', 'namespace', NAMESPACE])
  await copy.remove()
})

function secret(): Promise<string> {
  return kubectl(['get', 'secret', NAMES.secret, `--namespace=${NAMESPACE}`, '-o', 'jsonpath={.data}'])
}

test('opens its database with generated values', async () => {
  await well(todo.install(...VALUES))
  await well(todo.test())
})

test('keeps them through upgrade, uninstalling and the next installation', async () => {
  const made = await secret()
  await well(todo.upgrade('logLevel=debug'))
  assert.equal(await secret(), made)
  await well(todo.uninstall())
  await well(todo.install(...VALUES))
  assert.equal(await secret(), made)
  await well(todo.test())
})

test('refuses to make up new ones for a database from before', async () => {
  await well(todo.uninstall())
  await kubectl(['delete', 'secret', NAMES.secret, `--namespace=${NAMESPACE}`])
  const { code, said } = await todo.install(...VALUES)
  assert.notEqual(code, 0)
  assert.match(
    said,
    new RegExp(
      `a database from before in PersistentVolumeClaim ${dataClaim('postgres')}, but not the Secret`,
    ),
  )
  const left = await kubectl(['get', 'deployments,services', `--namespace=${NAMESPACE}`, '-o', 'name'])
  assert.equal(left, '')
})

test.run()
