import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Checkout, checkout } from './checkout.ts'
import type { Answers } from './recording-kubectl.ts'

const test = suite('hooks/smoke.ts')
let here: Checkout

const line = (value: object) => `${JSON.stringify(value)}\n`
const steps = (...names: string[]) => names.map((step) => line({ step, milliseconds: 7 })).join('')
const watched = (...statuses: object[]) => ({
  stdout: statuses.map((status) => `MODIFIED ${line(status)}`).join(''),
})
const said = (stdout: string) => ({ 'logs --follow smoke': { stdout } })
const container = (phase: string, state: object) => ({
  phase,
  containerStatuses: [{ image: 'todo-frontend:abc', state }],
})
const waiting = (reason: string) => container('Pending', { waiting: { reason } })
const RUNNING = container('Running', { running: {} })
const ENDED = container('Failed', { terminated: { exitCode: 137, reason: 'OOMKilled' } })

/** A stack that is deployed, and in which the test passes. */
const WELL: Answers = {
  'get deployment frontend': {
    stdout: JSON.stringify({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'frontend', uid: 'the-uid' },
      spec: { template: { spec: { containers: [{ name: 'frontend', image: 'todo-frontend:abc' }] } } },
    }),
  },
  'get secret todo-secrets': { stdout: 'DATABASE_URL SMOKE_PASSWORD ' },
  'get pod smoke': { ...watched({ phase: 'Pending' }, waiting('ContainerCreating'), RUNNING), stays: true },
  ...said(steps('sign in', 'create a task') + line({ arrived: true })),
}
const BROKEN = said(
  steps('sign in') + line({ failed: 'create a task: POST http://backend:8000 was answered 500, not 201' }),
)

test.before.each(async () => {
  here = await checkout(WELL)
})
test.after.each(() => here.remove())

/** Without the look at what is wrong, once it has failed. */
async function kubectlWords(): Promise<string[]> {
  return (await here.kubectl.calls()).map(({ words }) => words).filter((words) => !words.startsWith('proxy '))
}

test('waits for the rollout, runs the test in a pod of its own, tells each step, and removes the pod', async () => {
  const { exitCode, stdout, stderr } = await here.run('smoke')
  assert.is(stderr, '')
  assert.is(exitCode, 0)
  assert.is(stdout, 'smoke: ✓ sign in 7 ms\nsmoke: ✓ create a task 7 ms\n')
  const verbs = (await kubectlWords()).map((words) => words.split(' ').slice(0, 2).join(' '))
  assert.equal(verbs.slice(0, 2).sort(), ['get deployment', 'get secret'])
  assert.equal(verbs.slice(2), ['rollout status', 'create -f', 'get pod', 'logs --follow', 'delete pod'])
})

test('the pod has the image of the running frontend, belongs to it, and goes by Service name', async () => {
  await here.run('smoke')
  const created = (await here.kubectl.calls()).find(({ words }) => words.startsWith('create '))
  const pod = JSON.parse(created?.stdin ?? '')
  assert.equal([pod.kind, pod.metadata.name, pod.metadata.namespace], ['Pod', 'smoke', 'todo'])
  assert.is(pod.metadata.labels['app.kubernetes.io/name'], 'smoke')
  assert.equal(pod.metadata.ownerReferences, [
    { apiVersion: 'apps/v1', kind: 'Deployment', name: 'frontend', uid: 'the-uid' },
  ])
  assert.is(pod.spec.containers[0].image, 'todo-frontend:abc')
  for (const url of ['http://frontend:3000', 'http://backend:8000', 'http://mcp:8001'])
    assert.ok(pod.spec.containers[0].command.at(-1).includes(url), url)
})

test('asks for the keys of the Secret, never for a value, and holds none itself', async () => {
  const password = randomBytes(24).toString('base64url')
  await here.settings({ SMOKE_PASSWORD: password })
  const { stdout, stderr } = await here.run('smoke')
  const calls = await here.kubectl.calls()
  for (const { words } of calls.filter(({ words }) => words.includes(' secret ')))
    assert.match(words, /--output=go-template=\{\{range \$key, \$_ := \.data\}\}\{\{\$key\}\} \{\{end\}\}$/)
  const all = [...calls.flatMap(({ words, stdin }) => [words, stdin]), stdout, stderr, await here.logs()]
  assert.not.ok(all.join('\n').includes(password))
})

test('a step that fails is named, ends it with 1, and the pod goes all the same', async () => {
  await here.kubectl.answer(BROKEN)
  const { exitCode, stdout, stderr } = await here.run('smoke', ['--on-failure', 'fail'])
  assert.is(exitCode, 1)
  assert.is(stdout, 'smoke: ✓ sign in 7 ms\n')
  assert.match(stderr, '✗ The smoke test failed at: create a task: POST http://backend:8000 was answered 500')
  assert.match(stderr, '\n  → npm run doctor')
  assert.match((await kubectlWords()).at(-1) ?? '', /^delete pod smoke /)
  assert.match(await here.logs(), '"event":"failed"')
})

test('what the doctor would find is named with the failure, but where somebody names it beside', async () => {
  const pod = {
    metadata: {
      name: 'backend-1',
      namespace: 'todo',
      uid: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels: { 'app.kubernetes.io/name': 'backend' },
    },
    spec: { containers: [{ name: 'backend', image: 'todo-backend:abc' }] },
    status: {
      phase: 'Pending',
      containerStatuses: [
        { name: 'backend', restartCount: 0, ready: false, state: { waiting: { reason: 'ErrImagePull' } } },
      ],
    },
  }
  const api = createServer(({ url = '' }, response) => {
    const dns = url.includes('kube-system') ? [{ endpoints: [{}] }] : []
    response.end(JSON.stringify({ items: url.endsWith('/todo/pods') ? [pod] : dns }))
  })
  await once(api.listen(here.kubectl.apiSocket), 'listening')
  try {
    await here.kubectl.answer(BROKEN)
    const alone = await here.run('smoke', ['--on-failure', 'fail'])
    assert.match(alone.stderr, '✗ pod/backend-1 (backend) cannot start: its image todo-backend:abc')
    assert.match(await here.logs(), '"causes":[{"cause":"image-missing","where":"pod/backend-1 (backend)"}]')
    const beside = await here.run('smoke', ['--on-failure', 'fail'], { CAUSES_NAMED_BY: '1' })
    assert.not.match(beside.stderr, 'cannot start')
  } finally {
    api.close()
    api.closeAllConnections()
  }
})

test('in the loop, it says so loudly and ends with 0', async () => {
  await here.kubectl.answer(BROKEN)
  const { exitCode, stderr } = await here.run('smoke', ['--on-failure', 'warn'])
  assert.is(exitCode, 0)
  assert.match(stderr, '✗ The smoke test failed at: create a task')
  assert.match(stderr, 'smoke: FAILED — the loop goes on')
})

test('a pod left over from a test that was killed makes way', async () => {
  const exists = { exitCode: 1, stderr: 'Error from server (AlreadyExists): pods "smoke" already exists' }
  await here.kubectl.answer({ 'create -f -': exists })
  const { stderr } = await here.run('smoke')
  assert.match(stderr, 'already exists')
  const verbs = (await kubectlWords()).map((words) => words.split(' ')[0])
  assert.equal(verbs.slice(-3), ['create', 'delete', 'create'])
})

test('told to end, it ends at once and removes the pod', async () => {
  await here.kubectl.answer({ 'logs --follow smoke': { stdout: steps('sign in'), stays: true } })
  const hook = here.start('smoke')
  await once(hook.stdout, 'data')
  hook.kill('SIGTERM')
  const [stderr, [code]] = await Promise.all([text(hook.stderr), once(hook, 'close')])
  assert.is(code, 130)
  assert.is(stderr, '✗ Interrupted.\n  → npm run smoke starts again\n')
  assert.match((await kubectlWords()).at(-1) ?? '', /^delete pod smoke /)
})

for (const [what, answers, sentence, cure] of [
  [
    'a quota that is used up',
    {
      'create ': {
        stderr: 'Error from server (Forbidden): pods "smoke" is forbidden: exceeded quota: small\n',
        exitCode: 1,
      },
    },
    /^✗ The smoke test did not run: .*exceeded quota: small\n/,
    'npm run doctor',
  ],
  [
    'an image that is gone',
    { 'get pod smoke': { ...watched(waiting('ErrImageNeverPull')), stays: true } },
    /^✗ The smoke test did not run: image todo-frontend:abc cannot be had \(ErrImageNeverPull\)\n/,
    'npm run doctor',
  ],
  [
    'a pod that somebody removes',
    { 'get pod smoke': { stdout: `DELETED ${line({ phase: 'Pending' })}`, stays: true } },
    /^✗ The smoke test did not run: somebody removed its pod\n/,
    'npm run doctor',
  ],
  [
    'a test that dies',
    { 'get pod smoke': watched(ENDED), ...said(`${steps('sign in')}node: out of memory\n`) },
    /^✗ The smoke test failed at: it ended with 137 \(OOMKilled\); it said last: node: out of memory\n/,
    'npm run doctor',
  ],
  [
    'a log that breaks off',
    { 'get pod smoke': watched(RUNNING), ...said(steps('sign in')) },
    /^✗ The smoke test failed at: its log broke off\n/,
    'npm run doctor',
  ],
  [
    'a log that cannot be read',
    { 'logs --follow smoke': { stderr: 'error: unable to upgrade connection\n', exitCode: 1 } },
    /^✗ kubectl logs failed: error: unable to upgrade connection\n/,
    'npm run gate',
  ],
  [
    'a rollout that does not end',
    { 'rollout ': { stderr: 'error: timed out waiting for the condition\n', exitCode: 1 } },
    /^✗ kubectl rollout failed: error: timed out waiting for the condition\n/,
    'npm run gate',
  ],
  [
    'a Secret without the password',
    { 'get secret todo-secrets': { stdout: 'DATABASE_URL ' } },
    /^✗ Secret todo-secrets has no SMOKE_PASSWORD in namespace todo\.\n/,
    'npm run secrets',
  ],
  [
    'a namespace without the stack',
    { 'get deployment frontend': {} },
    /^✗ There is no Deployment frontend in namespace todo\.\n/,
    'npm run up',
  ],
] satisfies readonly (readonly [string, Answers, RegExp, string])[])
  test(`${what} is a failure, told in a sentence, and leaves no pod`, async () => {
    await here.kubectl.answer(answers)
    const { exitCode, stderr } = await here.run('smoke')
    assert.is(exitCode, 1)
    assert.match(stderr, sentence)
    assert.match(stderr, `\n  → ${cure}`)
    assert.not.match(stderr, /^\s+at /m)
    const words = await kubectlWords()
    if (words.some((call) => call.startsWith('get pod ')))
      assert.match(words.at(-1) ?? '', /^delete pod smoke /)
  })

test.run()
