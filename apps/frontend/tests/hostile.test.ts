import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ownFrontend } from './running-frontend.ts'

const test = suite('what no browser sends')

/** What came to the backend, to the byte. */
let seen = ''

const backend = createServer((socket) => {
  socket.on('error', () => socket.destroy())
  socket.on('data', (data) => {
    seen += data
    // Of whatever it takes for a request, the end of the headers.
    for (const _ of String(data).matchAll(/\r\n\r\n/g))
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}')
  })
}).listen(0, '127.0.0.1')
await once(backend, 'listening')
const address = backend.address()
if (typeof address !== 'object' || address === null) throw new Error('no port')
const { frontend, remove } = await ownFrontend({ backendUrl: `http://127.0.0.1:${address.port}` })

test.before.each(() => {
  seen = ''
})

test.after(async () => {
  await remove()
  backend.close()
})

function dial(): Socket {
  return connect(Number(new URL(frontend.origin).port), '127.0.0.1')
}

/**
 * Sends these bytes. @returns what was answered until the server closed the connection, or until others that came later
 * were answered: then it waits for more bytes, and not for time to pass
 */
async function sent(lines: readonly string[], body = ''): Promise<string> {
  const socket = dial()
  let answered = ''
  socket.on('data', (data) => {
    answered += data
  })
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.on('error', () => socket.destroy())
  socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`)
  await Promise.race([closed, overtaken()])
  socket.destroy()
  return answered
}

async function overtaken(): Promise<void> {
  for (let n = 0; n < 5; n++) await (await fetch(`${frontend.origin}/api/later/${n}`)).text()
}

const POST = ['POST /api/u/tasks HTTP/1.1', 'Host: localhost', 'Connection: close']
const SMUGGLED = 'GET /api/smuggled/tasks HTTP/1.1\r\nHost: localhost\r\n\r\n'
const CHUNKED = `0\r\n\r\n${SMUGGLED}`

test('what is sent in chunks, or with a length, comes to the backend once', async () => {
  await sent([...POST, 'Transfer-Encoding: chunked'], '2\r\n{}\r\n0\r\n\r\n')
  await sent([...POST, 'Content-Length: 2'], '{}')
  assert.is(seen.split('POST /api/u/tasks').length, 3)
})

for (const [what, headers, body] of [
  ['a length beside chunks', ['Content-Length: 6', 'Transfer-Encoding: chunked'], CHUNKED],
  ['chunks beside a length', ['Transfer-Encoding: chunked', `Content-Length: ${CHUNKED.length}`], CHUNKED],
  ['two lengths', ['Content-Length: 0', `Content-Length: ${SMUGGLED.length}`], SMUGGLED],
  ['two lengths in one', [`Content-Length: 0, ${SMUGGLED.length}`], SMUGGLED],
  ['a length with a sign', ['Content-Length: +5', 'x: y'], `{}   ${SMUGGLED}`],
  ['a length in hexadecimals', ['Content-Length: 0x0'], SMUGGLED],
  ['chunks by another name', ['Transfer-Encoding: xchunked'], CHUNKED],
  ['chunks that are not last', ['Transfer-Encoding: chunked, identity'], CHUNKED],
  ['chunks with a blank before the colon', ['Transfer-Encoding : chunked', 'Content-Length: 0'], CHUNKED],
  ['chunks after a tab', ['Transfer-Encoding:\tchunked', 'Content-Length: 5'], CHUNKED],
  ['a folded header', ['X: y', ' Transfer-Encoding: chunked', 'Content-Length: 0'], CHUNKED],
  ['a bare line feed', ['Content-Length: 0\nTransfer-Encoding: chunked'], CHUNKED],
  ['a bare carriage return', ['X: y\rTransfer-Encoding: chunked', 'Content-Length: 0'], CHUNKED],
] as const)
  test(`${what}: no second request comes to the backend`, async () => {
    const answered = await sent([...POST, ...headers], body)
    assert.not.match(seen, 'smuggled')
    // What is refused is refused in a word; nothing is answered twice.
    assert.ok(answered.split(/^HTTP\/1\.1 /m).length <= 2, answered)
  })

test('a header with a line in it comes to the backend as none, or not at all', async () => {
  await sent(['GET /api/u/tasks?a=%0d%0aX-Evil:%201 HTTP/1.1', 'Host: localhost', 'Connection: close'])
  await sent(['GET /api/u%0d%0aX-Evil:%201/tasks HTTP/1.1', 'Host: localhost', 'Connection: close'])
  assert.not.match(seen, /^x-evil:/im)
})

for (const path of [
  '/api/u/../../health/ready',
  '/api/u/%2e%2e/%2e%2e/health/ready',
  '/api/u/..%2f..%2fhealth/ready',
  '/api/u/..\\..\\health\\ready',
  '/api/u/%252e%252e/%252e%252e/health/ready',
  '//elsewhere.example/api/u/tasks',
  'http://elsewhere.example/api/u/tasks',
  '/api/u/tasks/..;/..;/openapi.json',
])
  test(`${path} leads to nothing of the backend but its API`, async () => {
    await sent([`GET ${path} HTTP/1.1`, 'Host: localhost', 'Connection: close'])
    for (const [, asked = ''] of seen.matchAll(/^[A-Z]+ (\S+) HTTP/gm)) {
      const { pathname } = new URL(asked, 'http://backend')
      assert.match(decodeURIComponent(pathname), /^\/api\//)
      assert.not.match(pathname, /^\/api\/(auth|health)\b/)
    }
    assert.not.match(seen, 'host: elsewhere')
  })

for (const path of [
  '/_next/static/../../server.js',
  '/_next/static/%2e%2e/%2e%2e/server.js',
  '/_next/static/..%2f..%2fserver.js',
  '/../../../../etc/passwd',
  '/%2e%2e/%2e%2e/%2e%2e/etc/passwd',
  '/sw.js/..%2f..%2fpackage.json',
  '/_next/image?url=%2f..%2f..%2fetc%2fpasswd&w=64&q=75',
  '/_next/image?url=http%3a%2f%2f127.0.0.1%3a1%2f&w=64&q=75',
])
  test(`${path} shows no file of the server`, async () => {
    const answered = await sent([`GET ${path} HTTP/1.1`, 'Host: localhost', 'Connection: close'])
    assert.match(answered, /^HTTP\/1\.1 (?:30[78]|40[0-9]) /, answered.slice(0, 200))
    assert.not.match(answered, /root:|require\(|"dependencies"/)
  })

test('headers of more than 16 kB are refused', async () => {
  const answered = await sent([...POST, `X: ${'x'.repeat(20_000)}`])
  assert.match(answered, /^HTTP\/1\.1 431/)
  assert.not.match(seen, '/api/u/tasks')
})

test('others are served while three hundred send slowly', async () => {
  const slow = Array.from({ length: 300 }, () => dial())
  for (const [n, socket] of slow.entries()) {
    socket.on('error', () => socket.destroy())
    socket.write(
      n % 2 ? 'GET /sign-in HTTP/1.1\r\nHost: localh' : `${POST.join('\r\n')}\r\nContent-Length: 9\r\n\r\n{`,
    )
  }
  try {
    await Promise.all(slow.map((socket) => socket.connecting && once(socket, 'connect')))
    assert.is((await fetch(`${frontend.origin}/api/health/live`)).status, 200)
    assert.is((await fetch(`${frontend.origin}/sign-in`)).status, 200)
  } finally {
    for (const socket of slow) socket.destroy()
  }
})

for (const origin of ['https://evil.example', 'null', 'http://localhost.evil.example'])
  test(`a page of ${origin} is given nothing to read`, async () => {
    for (const path of ['/api/auth/token', '/api/u/tasks', '/api/auth/get-session']) {
      const answer = await fetch(`${frontend.origin}${path}`, {
        headers: { origin, cookie: 'todo.session_token=x' },
      })
      assert.is(answer.headers.get('access-control-allow-origin'), null, path)
      assert.is(answer.headers.get('access-control-allow-credentials'), null, path)
    }
  })

test.run()
