import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Api } from '../../../lib/cluster/api.ts'
import type { LoopEvent } from '../../../lib/loop/event.ts'
import { watchRollouts } from '../../../lib/loop/rollouts.ts'
import { eventually } from '../../cluster/deadline.ts'

const test = suite('what is applied')

const DONE = { observedGeneration: 2, replicas: 1, updatedReplicas: 1, availableReplicas: 1 }
const workload = (status: object) => ({ metadata: { generation: 2 }, spec: { replicas: 1 }, status })

/** A cluster that answers with one state after the other, the last one for ever; one that is undefined is no answer. */
function cluster(...states: readonly (object | undefined)[]) {
  const left = [...states]
  const asked: string[] = []
  const api = {
    read: async (path: string) => {
      asked.push(path)
      if (path.includes('/statefulsets?')) return { items: [workload(DONE)] }
      const state = left.length > 1 ? left.shift() : left[0]
      if (!state) throw new Error('away')
      return { items: [workload(DONE), workload(state)] }
    },
  } as Pick<Api, 'read'>
  return { api, asked }
}

function watched({ api }: ReturnType<typeof cluster>) {
  const over = new AbortController()
  const told: LoopEvent[] = []
  const hear = watchRollouts(
    { api, namespace: 'x', selector: 'a=b,c' },
    (event) => told.push(event),
    over.signal,
  )
  return { hear, told, end: () => over.abort() }
}

test('is looked at until nothing is left of what was before', async () => {
  const there = cluster(
    undefined,
    { ...DONE, observedGeneration: 1 },
    { ...DONE, updatedReplicas: 0 },
    { ...DONE, replicas: 2 },
    { ...DONE, availableReplicas: 0 },
    { observedGeneration: 2 },
    DONE,
  )
  const { hear, told, end } = watched(there)
  hear({ kind: 'applied' })
  await eventually('the last state', 60, async () => told.length > 0)
  end()
  assert.equal(told, [{ kind: 'rolled out' }])
  assert.equal(there.asked.slice(0, 2), [
    '/apis/apps/v1/namespaces/x/deployments?labelSelector=a%3Db%2Cc',
    '/apis/apps/v1/namespaces/x/statefulsets?labelSelector=a%3Db%2Cc',
  ])
  assert.is(there.asked.length, 14)
})

test('is no more looked at once another round has begun', async () => {
  const there = cluster({ ...DONE, replicas: 2 })
  const { hear, told, end } = watched(there)
  hear({ kind: 'applied' })
  hear({ kind: 'round', status: 'running', at: 1 })
  const done = watched(cluster(DONE))
  done.hear({ kind: 'applied' })
  await eventually('the other one', 60, async () => done.told.length > 0)
  done.end()
  end()
  assert.equal([told, there.asked.length], [[], 2])
})

test.run()
