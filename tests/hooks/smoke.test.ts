import { randomBytes } from 'node:crypto'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Checkout, checkout } from './checkout.ts'
import * as cluster from './clusters.ts'

const test = suite('hooks/smoke.ts')
let here: Checkout
let password: string

test.before.each(async () => {
  password = randomBytes(24).toString('base64url')
  here = await checkout(cluster.secret({ SMOKE_PASSWORD: password }))
})
test.after.each(() => here.remove())

const steps = (...names: string[]) =>
  names.map((step) => `${JSON.stringify({ step, milliseconds: 7 })}\n`).join('')

const BROKEN = {
  'exec ': {
    stdout: steps('sign in'),
    stderr: 'SMOKE create a task: POST http://backend:8000 was answered 500, not 201\ncommand terminated\n',
    exitCode: 1,
  },
}

test('waits for the rollout, then travels inside the frontend pod and tells each step', async () => {
  await here.kubectl.answer({ 'exec ': { stdout: steps('sign in', 'create a task') } })
  const { exitCode, stdout, stderr } = await here.run('smoke')
  assert.is(stderr, '')
  assert.is(exitCode, 0)
  assert.is(stdout, 'smoke: ✓ sign in 7 ms\nsmoke: ✓ create a task 7 ms\n')
  const calls = await here.kubectl.calls()
  assert.equal(
    calls.map(({ words }) => words.split(' ')[0]),
    ['rollout', 'get', 'exec'],
  )
  assert.match(
    calls[2]?.words ?? '',
    /^exec --stdin --namespace=todo deployment\/frontend --container=frontend -- node /,
  )
})

test('goes by Service name, and its password through standard input alone', async () => {
  const { stdout, stderr } = await here.run('smoke')
  const calls = await here.kubectl.calls()
  const program = calls.at(-1)?.stdin ?? ''
  for (const part of ['http://frontend:3000', 'http://backend:8000', 'http://mcp:8001', password])
    assert.ok(program.includes(part), part)
  const shown = [...calls.map(({ words }) => words), stdout, stderr, await here.logs()].join('\n')
  for (const spelling of [password, Buffer.from(password).toString('base64')])
    assert.not.ok(shown.includes(spelling))
})

test('a step that fails is named, and ends it with 1', async () => {
  await here.kubectl.answer(BROKEN)
  const { exitCode, stdout, stderr } = await here.run('smoke', ['--on-failure', 'fail'])
  assert.is(exitCode, 1)
  assert.is(stdout, 'smoke: ✓ sign in 7 ms\n')
  assert.match(stderr, '✗ The smoke test failed at: create a task: POST http://backend:8000 was answered 500')
  assert.match(stderr, '\n  → npm run doctor')
})

test('in the loop, it says so loudly and ends with 0', async () => {
  await here.kubectl.answer(BROKEN)
  const { exitCode, stderr } = await here.run('smoke', ['--on-failure', 'warn'])
  assert.is(exitCode, 0)
  assert.match(stderr, '✗ The smoke test failed at: create a task')
  assert.match(stderr, 'smoke: FAILED — the loop goes on')
})

for (const [what, answers, sentence] of [
  [
    'a kubectl that cannot reach the pod',
    { 'exec ': { stderr: 'error: unable to upgrade connection\n', exitCode: 1 } },
    '✗ The smoke test failed at: error: unable to upgrade connection\n',
  ],
  [
    'a kubectl that dies without a word',
    { 'exec ': { exitCode: 137 } },
    '✗ The smoke test failed at: it said nothing\n',
  ],
  [
    'a rollout that does not end',
    { 'rollout ': { stderr: 'error: timed out waiting for the condition\n', exitCode: 1 } },
    '✗ kubectl rollout failed: error: timed out waiting for the condition\n',
  ],
  ['a Secret without the password', cluster.secret({}), '✗ Secret todo-secrets has no SMOKE_PASSWORD'],
] as const)
  test(`${what} is a failure, told in a sentence`, async () => {
    await here.kubectl.answer(answers)
    const { exitCode, stderr } = await here.run('smoke')
    assert.is(exitCode, 1)
    assert.match(stderr, sentence)
    assert.match(stderr, '\n  → ')
    assert.not.match(stderr, /^\s+at /m)
  })

test.run()
