import { EventEmitter, once } from 'node:events'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { programs } from '../../../k8s/services.ts'
import type { Kubectl } from '../../../lib/cluster/kubectl.ts'
import { difference } from '../../../lib/loop/sources/difference.ts'
import { onDisk } from '../../../lib/loop/sources/on-disk.ts'
import { keepSynced } from '../../../lib/loop/sources.ts'
import { DEFAULTS } from '../../k8s/settings-of-every-kind.ts'

const test = suite('sources in the pods and on disk')
const everything = programs(DEFAULTS)
const POD = { metadata: { name: 'mcp-1' }, status: { phase: 'Running' } }

test('what differs or lacks is copied, what is left over is removed', () => {
  const disk = new Map([
    ['same.py', 'a'],
    ['changed.py', 'b'],
    ['new.py', 'c'],
  ])
  const pod = new Map([
    ['same.py', 'a'],
    ['changed.py', 'old'],
    ['left.py', 'd'],
  ])
  assert.equal(difference(disk, pod), { copy: ['changed.py', 'new.py'], remove: ['left.py'] })
})

/** What a pod of the MCP server says of its sources, where they are those on disk. */
function listing(): string {
  const service = everything.find(({ name }) => name === 'mcp')
  if (!service) throw new Error('the model has no mcp')
  return [...onDisk(service)].map(([path, hash]) => `${hash}  ${path}`).join('\n')
}

test('a look that fails once is made again, and builds no image', async () => {
  const looks = new EventEmitter()
  let count = 0
  const kubectl: Kubectl = async ([verb]) => {
    if (verb === 'get') return JSON.stringify({ items: [POD] })
    count += 1
    if (count === 1) throw new Error('ENOENT: it was replaced in this moment')
    setImmediate(() => looks.emit('equal'))
    return listing()
  }
  const told: unknown[] = []
  const hear = keepSynced(kubectl, everything, (event) => told.push(event))
  hear({ kind: 'pod', service: 'mcp', pod: 'mcp-1', ready: true })
  await once(looks, 'equal')
  assert.equal([count, told], [2, []])
})

for (const status of ['succeeded', 'failed'] as const)
  test(`after a sync that Skaffold says has ${status}, the pod is looked at`, async () => {
    const looks = new EventEmitter()
    const kubectl: Kubectl = async ([verb]) => {
      if (verb === 'get') return JSON.stringify({ items: [POD] })
      setImmediate(() => looks.emit('look'))
      return listing()
    }
    const hear = keepSynced(kubectl, everything, () => undefined)
    const looked = once(looks, 'look')
    hear({ kind: 'sync', image: 'todo-mcp', status: 'running' })
    hear({ kind: 'sync', image: 'todo-mcp', status })
    await looked
  })

test.run()
