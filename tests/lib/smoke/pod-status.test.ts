import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hasStarted, howItEnded, obstacle, type PodStatus } from '../../../lib/smoke/pod-status.ts'

const test = suite("the state of the smoke test's pod")

const waiting = (reason: string, message?: string): PodStatus => ({
  phase: 'Pending',
  containerStatuses: [
    { image: 'todo-frontend:abc', state: { waiting: { reason, ...(message ? { message } : {}) } } },
  ],
})
const terminated = (exitCode: number, reason: string): PodStatus => ({
  phase: exitCode === 0 ? 'Succeeded' : 'Failed',
  containerStatuses: [{ image: 'todo-frontend:abc', state: { terminated: { exitCode, reason } } }],
})
const UNSCHEDULABLE: PodStatus = {
  phase: 'Pending',
  conditions: [
    {
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
      message: '0/1 nodes are available: 1 Insufficient cpu.',
    },
  ],
}
const EVICTED = { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' }

test('one that has ended already has a log, too', () => {
  assert.ok(hasStarted(terminated(0, 'Completed')))
  assert.ok(hasStarted(terminated(1, 'Error')))
  assert.not.ok(hasStarted(waiting('ContainerCreating')))
  assert.not.ok(hasStarted({ phase: 'Pending' }))
})

for (const status of [{}, { phase: 'Pending' }, waiting('ContainerCreating')])
  test(`nothing speaks against ${JSON.stringify(status)}`, () => {
    assert.is(obstacle(status), undefined)
  })

for (const [status, why, stays] of [
  [
    UNSCHEDULABLE,
    'no node has room for it (Unschedulable): 0/1 nodes are available: 1 Insufficient cpu.',
    false,
  ],
  [
    waiting('ErrImagePull', 'not found'),
    'image todo-frontend:abc cannot be had (ErrImagePull): not found',
    false,
  ],
  [waiting('ImagePullBackOff'), 'image todo-frontend:abc cannot be had (ImagePullBackOff)', true],
  [waiting('CreateContainerError', 'full'), 'its container cannot start (CreateContainerError): full', true],
  [EVICTED, 'it ended (Evicted): The node was low on resource: memory.', true],
] as const)
  test(`${stays ? 'waiting is of no use' : 'it may pass'}: ${why}`, () => {
    assert.equal(obstacle(status), { why, stays })
  })

for (const [status, how] of [
  [terminated(137, 'OOMKilled'), 'it ended with 137 (OOMKilled)'],
  [{ ...terminated(137, 'Error'), reason: 'DeadlineExceeded' }, 'it did not end in time'],
  [
    { ...terminated(137, 'Error'), ...EVICTED },
    'it ended with 137 (Evicted): The node was low on resource: memory.',
  ],
] as const)
  test(`an end is told: ${how}`, () => {
    assert.is(howItEnded(status), how)
  })

test.run()
