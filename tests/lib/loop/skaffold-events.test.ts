import { createServer, type ServerResponse } from 'node:http'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { SkaffoldEvent } from '../../../lib/loop/event.ts'
import { followSkaffold, readSkaffoldEvent } from '../../../lib/loop/skaffold-events.ts'
import { freePort } from '../../../lib/shell/free-port.ts'
import { eventually } from '../../cluster/deadline.ts'
import { RECORDED } from './recorded.ts'

const test = suite("Skaffold's events")
const ALL = RECORDED.flatMap((line) => readSkaffoldEvent(line) ?? [])

test('are read from a recorded session, without those of no interest', () => {
  assert.equal(ALL.slice(0, 4), [
    { kind: 'round', status: 'running', at: Date.parse('2026-11-21T07:57:19.920Z') },
    { kind: 'build', image: 'todo-mcp', status: 'running' },
    { kind: 'build', image: 'todo-mcp', status: 'succeeded' },
    { kind: 'build', image: 'todo-backend', status: 'running' },
  ])
  const sync = ALL.find((event) => event.kind === 'sync' && event.status === 'succeeded')
  assert.equal(sync, { kind: 'sync', image: 'todo-backend', status: 'succeeded' })
  const rollout = ALL.find((event) => event.kind === 'rollout' && event.status === 'failed')
  assert.equal(rollout, {
    kind: 'rollout',
    workload: 'backend',
    status: 'failed',
    message: 'could not stabilize within 1m0s',
  })
})

test('that nobody knows yet are nothing', () => {
  for (const line of [
    '',
    'no JSON',
    '{}',
    '{"result":{"timestamp":"","event":{"newEvent":{"status":"Started"}}}}',
  ])
    assert.is(readSkaffoldEvent(line), undefined)
})

test('are each told once, from before Skaffold listens on and over broken connections', async () => {
  const port = await freePort()
  const told: SkaffoldEvent[] = []
  const done = new AbortController()
  const following = followSkaffold(port, (event) => told.push(event), done.signal)

  let connections = 0
  const server = createServer((request, response) => {
    assert.is(request.url, '/v1/events')
    connections += 1
    // Every connection is given all from the start. The first breaks in the middle of a line.
    if (connections === 1) response.write(part(20), () => response.destroy())
    else if (connections === 2) stream(response, 40).end()
    else stream(response, RECORDED.length)
  }).listen(port, '127.0.0.1')
  try {
    await eventually('the last event', 60, async () => told.length >= ALL.length)
    assert.equal(told, ALL)
    assert.is(connections, 3)
    done.abort()
    await following
  } finally {
    done.abort()
    server.closeAllConnections()
    server.close()
  }
})

function stream(response: ServerResponse, lines: number): ServerResponse {
  response.write(`${RECORDED.slice(0, lines).join('\n')}\n`)
  return response
}

function part(lines: number): string {
  const text = RECORDED.slice(0, lines).join('\n')
  return text.slice(0, -30)
}

test.run()
