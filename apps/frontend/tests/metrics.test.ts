import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ownFrontend, postAuth, randomAccount } from './running-frontend.ts'

const test = suite('metrics')

const backend = createServer((_, response) => response.writeHead(418).end()).listen(0, '127.0.0.1')
await once(backend, 'listening')
const { frontend, remove } = await ownFrontend({
  backendUrl: `http://127.0.0.1:${(backend.address() as AddressInfo).port}`,
  migrated: false,
  more: { OTEL_METRICS_EXPORTER: 'otlp/stdout', OTEL_METRIC_EXPORT_INTERVAL: '100' },
})

test.after(async () => {
  await remove()
  backend.close()
})

test('a request is counted with its route, and how it was answered, not with the path of one user', async () => {
  await fetch(`${frontend.origin}/api/ann/tasks`)
  await frontend.logged('resourceMetrics')
  const line = JSON.stringify(await frontend.logged('/api/backend'))
  assert.match(line, '"name":"http.server.request.duration"')
  assert.match(line, '{"key":"http.response.status_code","value":{"intValue":418}}')
  assert.not.match(line, 'ann')
  assert.not.match(line, 'health')
})

test('connections to the database are counted by what they do', async () => {
  // There are no tables, which a connection has to find out.
  await postAuth(frontend.origin, 'sign-up/email', randomAccount())
  const line = JSON.stringify(await frontend.logged('db.client.connection.count'))
  for (const state of ['used', 'idle']) assert.match(line, `"stringValue":"${state}"`)
})

test.run()
