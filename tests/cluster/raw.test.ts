import assert from 'node:assert/strict'
import { suite } from 'uvu'
import { as, signUp, type User } from '../../stack/tests/user.ts'
import {
  allReady,
  CONTEXT,
  deploy,
  inNamespace,
  kubectl,
  ORIGIN,
  removeTestUsers,
  takenDown,
} from './cluster.ts'
import { type Copy, copyCheckout } from './copy.ts'
import type { Ended } from './program.ts'

const test = suite('the manifests, without Skaffold')
const TAG = 'raw-test'
let copy: Copy
let user: User
let task: { id: number }

test.before(async () => {
  copy = await copyCheckout()
  await deploy(copy)
  user = await signUp(ORIGIN)
  task = (await as<{ id: number }>(user, ORIGIN, 'POST', 'tasks', { title: 'From before' })).body
  await well(copy.run(['skaffold', 'delete', `--kube-context=${CONTEXT}`]))
  await takenDown()
  await well(copy.run(['skaffold', 'build', '-p', 'minikube', `--kube-context=${CONTEXT}`, `--tag=${TAG}`]))
})

test.after(() => copy.remove())

test('kubectl apply brings up the same stack, with the data from before', async () => {
  await well(copy.hook('render', ['--format', 'raw', '--tag', TAG]))
  await well(copy.hook('secrets'))
  await kubectl(['apply', '-f', `${copy.folder}/dist/raw`])
  await inNamespace('rollout', 'status', 'statefulset/postgres')
  const images = (await allReady()).flatMap(({ status }) => status.containerStatuses ?? [])
  assert.ok(images.length > 0)
  const path = 'jsonpath={.spec.template.spec.containers[0].image}'
  assert.equal(await inNamespace('get', 'deployment', 'backend', '-o', path), `todo-backend:${TAG}`)
  const said = await well(copy.hook('smoke'))
  assert.match(said, /smoke: ✓ find the row in PostgreSQL/)
  assert.equal((await as(user, ORIGIN, 'GET', `tasks/${task.id}`)).status, 200)
  await removeTestUsers()
})

test('applied again, it rolls nothing', async () => {
  const kinds = 'deployments,statefulsets'
  const generations = () => inNamespace('get', kinds, '-o', 'jsonpath={.items[*].metadata.generation}')
  const before = await generations()
  await kubectl(['apply', '-f', `${copy.folder}/dist/raw`])
  assert.equal(await generations(), before)
})

test('kubectl delete leaves the data and its secrets, and nothing else', async () => {
  await kubectl(['delete', '-f', `${copy.folder}/dist/raw`])
  await takenDown()
})

/** @returns what it said. @throws Error with that where it ended badly */
async function well(run: Promise<Ended>): Promise<string> {
  const { code, said } = await run
  assert.equal(code, 0, said)
  return said
}

test.run()
