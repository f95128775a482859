import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite } from 'uvu'
import { $ } from 'zx/core'
import { rotatable } from '../../k8s/secret-keys.ts'
import { SMOKE } from '../../k8s/smoke.ts'
import { as, signUp, type User } from '../../stack/tests/user.ts'
import { MAIN, NAMES } from '../k8s/main-stack.ts'
import {
  allReady,
  CONTEXT,
  deploy,
  inNamespace,
  ORIGIN,
  objects,
  removeTestUsers,
  rows,
  skaffoldRun,
} from './cluster.ts'
import { type Copy, copyCheckout } from './copy.ts'
import { startLoad } from './load.ts'

const test = suite('secrets')
let copy: Copy
let user: User

test.before(async () => {
  copy = await copyCheckout()
  await deploy(copy)
  user = await signUp(ORIGIN)
  await as(user, ORIGIN, 'POST', 'tasks', { title: 'Kept' })
})

test.after(async () => {
  await removeTestUsers()
  await copy.remove()
})

test('no value shows in process lists, here or on the node, nor in what a run says and logs', async () => {
  const values = await secretValues()
  const seen: string[] = []
  let running = true
  const run = skaffoldRun(copy).finally(() => {
    running = false
  })
  while (running) seen.push((await $({ quiet: true })`ps axww; docker exec ${CONTEXT} ps axww`).stdout)
  const { code, said } = await run
  assert.equal(code, 0, said)
  assert.match(
    seen.join(),
    /kubectl.*logs --follow smoke/,
    'the lists were taken too seldom to prove anything',
  )
  assertAbsent(values, 'a process list', seen.join('\n'))
  assertAbsent(values, 'what skaffold run says', said)

  const logs = join(copy.state, ...(await readdir(copy.state)), 'logs')
  const files = await readdir(logs)
  assert.deepEqual(files.sort(), ['gate.jsonl', 'render.jsonl', 'secrets.jsonl', 'smoke.jsonl'])
  for (const file of files) assertAbsent(values, file, await readFile(join(logs, file), 'utf8'))
  for (const file of await readdir(join(copy.folder, 'k8s/rendered')))
    assertAbsent(values, file, await readFile(join(copy.folder, 'k8s/rendered', file), 'utf8'))
})

test('no value shows in any object but the Secret, nor when that is described, nor in the pods', async () => {
  const values = await secretValues()
  const ready = await allReady()
  // The smoke test's pod may be on its way out: it would be gone when it is asked for.
  const names = (await objects()).filter((name) => name !== `pod/${SMOKE}`)
  assertAbsent(values, 'kubectl describe', await inNamespace('describe', ...names))
  assertAbsent(values, 'an event', await inNamespace('get', 'events', '-o', 'yaml'))
  const others = names.filter((name) => name !== `secret/${NAMES.secret}`)
  assertAbsent(
    values,
    'an object',
    await inNamespace('get', ...others, '--show-managed-fields', '-o', 'yaml'),
  )
  for (const { metadata, spec } of ready) {
    const pod = metadata.name
    assertAbsent(
      values,
      `the logs of ${pod}`,
      await inNamespace('logs', pod, '--all-containers', '--tail=-1'),
    )
    for (const { name } of spec.containers) {
      const environment = ['sh', '-c', 'cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null || true']
      const said = await inNamespace('exec', pod, `--container=${name}`, '--', ...environment)
      assertAbsent(values, `the processes of ${pod}`, said)
    }
  }
})

for (const key of rotatable(MAIN))
  test(`${key} can be made anew: the stack goes on with it, the data stays`, async () => {
    const before = await secretValues()
    // Whoever asks meanwhile may make an old pod write something that only the old value opens.
    const load = startLoad(async () => void (await fetch(`${ORIGIN}/api/auth/jwks`)), 100)
    const rotated = await copy.hook('secrets', ['--rotate', key]).finally(load.stop)
    assert.equal(rotated.code, 0, rotated.said)
    const after = await secretValues()
    assert.notEqual(after.get(key), before.get(key))
    assertAbsent(after, 'what the rotation says', rotated.said)

    const smoke = await copy.hook('smoke')
    assert.equal(smoke.code, 0, smoke.said)
    assert.deepEqual(
      (await rows(user.id)).map(({ title }) => title),
      ['Kept'],
    )
  })

async function secretValues(): Promise<Map<string, string>> {
  const { data } = JSON.parse(await inNamespace('get', 'secret', NAMES.secret, '-o', 'json')) as {
    data: Record<string, string>
  }
  return new Map(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]))
}

/** The error names the key alone. */
function assertAbsent(values: ReadonlyMap<string, string>, where: string, text: string): void {
  assert.ok(text, `there is nothing in ${where}`)
  for (const [key, value] of values)
    for (const form of [value, encodeURIComponent(value), Buffer.from(value).toString('base64')])
      assert.ok(!text.includes(form), `${key} shows in ${where}`)
}

test.run()
