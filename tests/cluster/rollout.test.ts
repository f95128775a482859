import assert from 'node:assert/strict'
import { suite } from 'uvu'
import { as, signUp, type User } from '../../stack/tests/user.ts'
import { deploy, inNamespace, isReady, ORIGIN, pods, removeTestUsers } from './cluster.ts'
import { type Copy, copyCheckout } from './copy.ts'
import { eventually, PATIENCE } from './deadline.ts'
import { startLoad } from './load.ts'

const test = suite('rolling updates under 10 requests a second')
let copy: Copy
/** Each may have only so many answers in progress, and a busy machine gives them slowly. */
const USERS = 10
let users: readonly User[]
let asked = 0

test.before(async () => {
  copy = await copyCheckout()
  await deploy(copy)
  users = await Promise.all(Array.from({ length: USERS }, () => signUp(ORIGIN)))
  for (const user of users) await as(user, ORIGIN, 'POST', 'tasks', { title: 'Still here' })
})

test.after(async () => {
  await removeTestUsers()
  await copy.remove()
})

function nextUser(): User {
  const user = users[asked++ % USERS]
  assert.ok(user)
  return user
}

/** Through the frontend's proxy and the backend to PostgreSQL. */
async function listTasks(): Promise<void> {
  const { status, body } = await as<{ title: string }[]>(nextUser(), ORIGIN, 'GET', 'tasks')
  assert.equal(status, 200)
  assert.equal(body[0]?.title, 'Still here')
}

/** Through frontend and backend to the MCP server's tool. */
async function askForTasks(): Promise<void> {
  const message = 'Show me all my tasks'
  const { status, body } = await as<{ response: string }>(nextUser(), ORIGIN, 'POST', 'chat', { message })
  assert.equal(status, 200)
  assert.match(body.response, /Still here/)
}

const rollouts: readonly [
  what: string,
  service: string,
  request: () => Promise<void>,
  words: readonly string[],
][] = [
  ['a restart of the frontend', 'frontend', listTasks, ['rollout', 'restart']],
  ['a restart of the backend', 'backend', listTasks, ['rollout', 'restart']],
  ['a restart of the MCP server', 'mcp', askForTasks, ['rollout', 'restart']],
  ['an undo in the backend', 'backend', listTasks, ['rollout', 'undo']],
]

for (const [what, service, request, words] of rollouts)
  test(`${what} fails no request`, async () => {
    const old = await podNames(service)
    await failsNoRequest(request, async () => {
      await inNamespace(...words, `deployment/${service}`)
      await inNamespace('rollout', 'status', `deployment/${service}`)
      await gone(service, old, old.length)
    })
  })

test('a deleted pod comes back, and no request fails meanwhile', async () => {
  const before = await podNames('backend')
  const victim = before[0] ?? ''
  await failsNoRequest(listTasks, async () => {
    const deleted = performance.now()
    await inNamespace('delete', 'pod', victim, '--wait=false')
    await eventually(`${victim} being replaced`, PATIENCE, async () => {
      const ready = (await pods('backend')).filter(isReady)
      return ready.length === before.length && ready.every(({ metadata }) => metadata.name !== victim)
    })
    console.log(`figure: back after ${((performance.now() - deleted) / 1000).toFixed(1)} s`)
    await gone('backend', [victim], before.length)
  })
})

/** Waits until none of the `old` pods is left, not even to drain, and `wanted` others are Ready. */
async function gone(service: string, old: readonly string[], wanted: number): Promise<void> {
  await eventually(`${old} being replaced`, PATIENCE, async () => {
    const now = await pods(service)
    return now.length === wanted && now.every((pod) => isReady(pod) && !old.includes(pod.metadata.name))
  })
}

async function podNames(service: string): Promise<string[]> {
  return (await pods(service)).map(({ metadata }) => metadata.name)
}

async function failsNoRequest(request: () => Promise<void>, change: () => Promise<void>): Promise<void> {
  const load = startLoad(request, 100)
  try {
    await change()
  } finally {
    await load.stop()
  }
  assert.deepEqual(load.failures, [])
  assert.ok(load.answered() > 0)
}

test.run()
