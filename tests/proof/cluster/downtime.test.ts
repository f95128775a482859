import assert from 'node:assert/strict'
import { suite } from 'uvu'
import { signUp, type User } from '../../../stack/tests/user.ts'
import { deploy, inNamespace, isReady, ORIGIN, pods, removeTestUsers } from '../../cluster/cluster.ts'
import { type Copy, copyCheckout } from '../../cluster/copy.ts'
import { eventually } from '../../cluster/deadline.ts'
import { anomalies } from '../turns.ts'
import { readAtLast, total, type Work, work } from './people.ts'

const test = suite('zero downtime')
/** Those with two pods. */
const SERVICES = ['frontend', 'backend', 'mcp'] as const
const PEOPLE = 8
/** Requests a second. */
const RATE = 64
const LEAST = 10_000
let copy: Copy
let people: User[]

test.before(async () => {
  copy = await copyCheckout()
  await deploy(copy)
  people = await Promise.all(Array.from({ length: PEOPLE }, () => signUp(ORIGIN)))
})

test.after(async () => {
  await removeTestUsers()
  await copy.remove()
})

test('while all programs are rolled, rolled back, scaled, migrated and lose a pod, no request fails and no write is lost', async () => {
  const each = (change: (service: string) => Promise<void>) => Promise.all(SERVICES.map(change))
  const done = await during(async (under) => {
    await each((service) => replaced(service, () => rollout('restart', service)))
    await each((service) => replaced(service, () => rollout('undo', service)))
    await each((service) => scaled(service, 3))
    await each((service) => scaled(service, 2))
    await inNamespace(
      'exec',
      'deployment/backend',
      '--container=backend',
      '--',
      'python',
      '-m',
      'app.migrate',
    )
    await each(losesPod)
    await eventually(`${LEAST} requests`, 300, async () => total(under) >= LEAST)
  })
  const shares = [...done.answered].map(([kind, number]) => `${number} × ${kind}`).join(', ')
  console.log(`figure: ${total(done)} requests (${shares}), ${done.failures.length} failed`)
  assert.deepEqual(done.failures, [])
  await readAtLast(done, people)
  assert.deepEqual(anomalies(done.history), [])
  console.log(`figure: ${done.history.length} turns, 0 anomalies`)
})

test('without what keeps old pods serving and new ones waiting, the same work fails', async () => {
  const path = '/spec/template/spec'
  const { spec } = JSON.parse(await inNamespace('get', 'deployment/backend', '-o', 'json')) as {
    spec: { template: { spec: { containers: object[] } } }
  }
  const safe = spec.template.spec
  const change = (value: object) =>
    replaced('backend', () =>
      inNamespace(
        'patch',
        'deployment/backend',
        '--type=json',
        `--patch=${JSON.stringify([{ op: 'replace', path, value }])}`,
      ),
    )
  const containers = safe.containers.map((container) => ({
    ...container,
    lifecycle: undefined,
    readinessProbe: undefined,
    startupProbe: undefined,
  }))
  try {
    await change({ ...safe, containers, terminationGracePeriodSeconds: 0 })
    const done = await during(() => replaced('backend', () => rollout('restart', 'backend')))
    console.log(`figure: without the safeguards ${done.failures.length} of ${total(done)} failed`)
    assert.notEqual(done.failures.length, 0)
  } finally {
    await change(safe)
  }
})

/** Has people work from before a change to after it. */
async function during(change: (under: Work) => Promise<void>): Promise<Work> {
  const under = work(people, ORIGIN, RATE)
  try {
    await change(under)
  } finally {
    await under.stop()
  }
  return under
}

function rollout(how: 'restart' | 'undo', service: string): Promise<string> {
  return inNamespace('rollout', how, `deployment/${service}`)
}

/** Waits until none of the old pods is left, not even to drain, and as many others are Ready. */
async function replaced(service: string, change: () => Promise<unknown>): Promise<void> {
  const old = new Set((await pods(service)).map(({ metadata }) => metadata.name))
  await change()
  await eventually(`the pods of ${service} being replaced`, 180, async () => {
    const now = await pods(service)
    return now.length === old.size && now.every((pod) => isReady(pod) && !old.has(pod.metadata.name))
  })
}

async function scaled(service: string, replicas: number): Promise<void> {
  await inNamespace('scale', `deployment/${service}`, `--replicas=${replicas}`)
  await haveReady(service, replicas, 120)
}

async function losesPod(service: string): Promise<void> {
  const before = (await pods(service)).filter(isReady)
  const victim = before[0]?.metadata.name ?? ''
  await inNamespace('delete', 'pod', victim, '--wait=false')
  await haveReady(service, before.length, 30, victim)
}

/** @param seconds within which they are. @param gone a pod that counts no more */
async function haveReady(service: string, replicas: number, seconds: number, gone = ''): Promise<void> {
  await eventually(`${service} having ${replicas} pods`, seconds, async () => {
    const ready = (await pods(service)).filter(isReady)
    return ready.length === replicas && ready.every(({ metadata }) => metadata.name !== gone)
  })
}

test.run()
