import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { environment, ownFrontend, startFrontend } from './running-frontend.ts'

const test = suite('proxy')

let answer: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>

const backend = createServer((request, response) => answer(request, response)).listen(0, '127.0.0.1')
await once(backend, 'listening')
const { database, settings, frontend, remove } = await ownFrontend({
  backendUrl: `http://127.0.0.1:${(backend.address() as AddressInfo).port}`,
  migrated: false,
})

test.before.each(() => {
  answer = async (request, response) => {
    const { method, url, headers } = request
    response.writeHead(201, {
      link: '</api/u/tasks?offset=2>; rel="next"',
      'content-type': 'application/json',
    })
    response.end(JSON.stringify({ method, url, headers, body: await text(request) }))
  }
})

test.after(async () => {
  await remove()
  backend.close()
})

interface Seen {
  method: string
  url: string
  headers: Record<string, string>
  body: string
}

test('method, path, query, body, status and headers pass', async () => {
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    const response = await fetch(`${frontend.origin}/api/u%20ser/tasks/1/complete?status=all&q=%C3%A4`, {
      method,
      headers: { authorization: 'Bearer abc', 'content-type': 'application/json', 'x-request-id': 'id-1' },
      body: '{"title":"Überraschung"}',
    })
    const seen = (await response.json()) as Seen
    assert.is(response.status, 201)
    assert.is(response.headers.get('link'), '</api/u/tasks?offset=2>; rel="next"')
    assert.is(response.headers.get('x-request-id'), 'id-1')
    assert.is(seen.method, method)
    assert.is(seen.url, '/api/u%20ser/tasks/1/complete?status=all&q=%C3%A4')
    assert.is(seen.body, '{"title":"Überraschung"}')
    assert.is(seen.headers.authorization, 'Bearer abc')
    assert.is(seen.headers['content-type'], 'application/json')
    assert.is(seen.headers['x-request-id'], 'id-1')
  }
})

test('versions, totals and timings pass', async () => {
  answer = (request, response) => {
    response.writeHead(200, {
      etag: '"7"',
      'x-total-count': '31',
      'server-timing': 'db;dur=2',
      'retry-after': '1',
    })
    response.end(JSON.stringify(request.headers))
  }
  const response = await fetch(`${frontend.origin}/api/u/tasks/1`, {
    method: 'PUT',
    headers: { 'if-match': '"6"' },
    body: '{}',
  })
  assert.is(response.headers.get('etag'), '"7"')
  assert.is(response.headers.get('x-total-count'), '31')
  assert.is(response.headers.get('server-timing'), 'db;dur=2')
  assert.is(response.headers.get('retry-after'), '1')
  assert.is(((await response.json()) as Seen['headers'])['if-match'], '"6"')
})

test('cookies stay here, and a request id that is not sane is replaced', async () => {
  const response = await fetch(`${frontend.origin}/api/u/tasks`, {
    headers: { cookie: 'session=secret', 'x-request-id': 'a b"c' },
  })
  const { headers } = (await response.json()) as Seen
  assert.is(headers.cookie, undefined)
  assert.match(headers['x-request-id'] ?? '', /^[0-9a-f-]{36}$/)
  assert.is(response.headers.get('x-request-id'), headers['x-request-id'])
})

test('answers without a body and refusals pass as they are', async () => {
  answer = (_, response) => {
    response.writeHead(204).end()
  }
  assert.is((await fetch(`${frontend.origin}/api/u/tasks/1`, { method: 'DELETE' })).status, 204)
  answer = (_, response) => {
    response.writeHead(401, { 'www-authenticate': 'Bearer' }).end('{"detail":"no"}')
  }
  const refused = await fetch(`${frontend.origin}/api/u/tasks`)
  assert.is(refused.status, 401)
  assert.is(refused.headers.get('www-authenticate'), 'Bearer')
  assert.equal(await refused.json(), { detail: 'no' })
})

test('an event arrives before the stream ends', async () => {
  let end = () => {}
  answer = (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('data: first\n\n')
    end = () => response.end('data: last\n\n')
  }
  const response = await fetch(`${frontend.origin}/api/u/chat/stream`, { method: 'POST', body: '{}' })
  assert.is(response.headers.get('content-type'), 'text/event-stream')
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  assert.match(new TextDecoder().decode((await reader.read()).value), 'data: first')
  end()
  assert.match(new TextDecoder().decode((await reader.read()).value), 'data: last')
})

test('a caller who goes away ends the call to the backend', async () => {
  const gone = new Promise((resolve) => {
    answer = (request, response) => {
      response.on('close', () => resolve('gone'))
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('data: first\n\n')
      request.resume()
    }
  })
  const leave = new AbortController()
  await fetch(`${frontend.origin}/api/u/chat/stream`, { signal: leave.signal })
  leave.abort()
  assert.is(await gone, 'gone')
})

test('each proxied request is one JSON log line without the token', async () => {
  await (await fetch(`${frontend.origin}/api/health`)).text()
  await fetch(`${frontend.origin}/api/u/logged`, {
    headers: { authorization: 'Bearer do-not-log', 'x-request-id': 'logged-1' },
  })
  const line = await frontend.logged('logged-1')
  assert.is(line.service, 'frontend')
  assert.is(line.path, '/api/u/logged')
  assert.is(line.status, 201)
  assert.not.match(frontend.log(), 'do-not-log')
  assert.not.match(frontend.log(), '/api/health')
})

test('a caller who goes away is logged as such, and not as a failure of the backend', async () => {
  const arrived = new Promise<void>((resolve) => {
    answer = () => resolve()
  })
  const leave = new AbortController()
  const headers = { 'x-request-id': 'left-1' }
  const left = fetch(`${frontend.origin}/api/u/slow`, { headers, signal: leave.signal }).catch(() => 'left')
  await arrived
  leave.abort()
  assert.is(await left, 'left')
  const line = await frontend.logged('left-1')
  assert.is(line.message, 'The caller went away')
  assert.is(line.level, 'info')
})

test('SIGTERM lets a request in flight end, closes its keep-alive connection, and exits with 0', async () => {
  const other = await environment(database.url, settings.variables.BACKEND_URL ?? '')
  const replica = await startFrontend(other.variables)
  let finish = () => {}
  const arrived = new Promise<void>((resolve) => {
    answer = (_, response) => {
      finish = () => response.end('"done"')
      resolve()
    }
  })
  const response = fetch(`${replica.origin}/api/u/slow`)
  await arrived
  const code = replica.stop()
  finish()
  assert.is(await (await response).json(), 'done')
  assert.is(await code, 0)
  await other.remove()
})

test('a backend that is down is a 502 with a sentence', async () => {
  backend.close()
  backend.closeAllConnections()
  const response = await fetch(`${frontend.origin}/api/u/tasks`, { method: 'POST', body: '{}' })
  assert.is(response.status, 502)
  assert.is(response.headers.get('content-type'), 'application/problem+json')
  const { detail, request_id } = (await response.json()) as { detail: string; request_id: string }
  assert.match(detail, 'did not answer')
  assert.is(request_id, response.headers.get('x-request-id'))
})

test.run()
