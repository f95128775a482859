import assert from 'node:assert/strict'
import { suite } from 'uvu'
import { as, signUp } from '../../stack/tests/user.ts'
import {
  allReady,
  inNamespace,
  kubectl,
  makeRoom,
  ORIGIN,
  pods,
  removeTestUsers,
  rows,
  SERVICES,
  skaffoldRun,
  takenDown,
} from './cluster.ts'
import { type Copy, copyCheckout } from './copy.ts'

const test = suite('skaffold run and delete')
/** As a person types it. */
const RUN = ['skaffold', 'run', '-p', 'minikube'] as const
let copy: Copy

test.before(async () => {
  copy = await copyCheckout()
  await makeRoom(copy)
})

test.after(async () => {
  await removeTestUsers()
  await copy.remove()
})

test('run brings up what is not there: each pod Ready, the smoke test passed', async () => {
  const { code, said } = await copy.run(RUN)
  assert.equal(code, 0, said)
  assert.match(said, /smoke: ✓ find the row in PostgreSQL/)
  const names = (await allReady()).map(({ metadata }) => metadata.labels['app.kubernetes.io/name'])
  assert.deepEqual(new Set(names), new Set([...SERVICES.map(({ name }) => name), 'postgres']))
})

test('run with nothing changed ends well again, and builds and rolls nothing', async () => {
  const before = (await allReady()).map(({ metadata }) => metadata.uid).sort()
  const { code, said } = await copy.run(RUN)
  assert.equal(code, 0, said)
  assert.doesNotMatch(said, /Building \[/)
  assert.match(said, /rendered \d+ files, none changed/)
  assert.match(said, /secrets: nothing to do/)
  assert.deepEqual((await pods()).map(({ metadata }) => metadata.uid).sort(), before)
})

test('delete keeps the data and its secrets and nothing else, and the next run finds the data', async () => {
  const user = await signUp(ORIGIN)
  const { body: task } = await as<{ id: number }>(user, ORIGIN, 'POST', 'tasks', { title: 'Survive' })

  const deleted = await copy.run(['skaffold', 'delete'])
  assert.equal(deleted.code, 0, deleted.said)
  await takenDown()
  const volume = await inNamespace('get', 'pvc', 'data-postgres-0', '-o', 'jsonpath={.spec.volumeName}')
  const phase = await kubectl(['get', 'persistentvolume', volume, '-o', 'jsonpath={.status.phase}'])
  assert.equal(phase, 'Bound')

  const again = await skaffoldRun(copy)
  assert.equal(again.code, 0, again.said)
  assert.deepEqual(await rows(user.id), [{ id: task.id, title: 'Survive', completed: false }])
  assert.equal((await as(user, ORIGIN, 'GET', `tasks/${task.id}`)).status, 200)
})

test.run()
