import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

const SERVER = fileURLToPath(new URL('../server.ts', import.meta.url))

function start(settings: Record<string, string>) {
  return spawn(process.execPath, ['--import', 'tsx', SERVER], {
    env: { PATH: process.env.PATH, ...settings },
  })
}

/** Starts the program on a free port; `lines` are its log entries from the request on. */
async function startListening() {
  const program = start({ HOSTNAME: '127.0.0.1', PORT: '0', LOG_LEVEL: 'info' })
  const entries = createInterface(program.stdout)[Symbol.asyncIterator]()
  const nextEntry = async () => JSON.parse((await entries.next()).value ?? 'null')
  const { port } = await nextEntry()
  return { program, nextEntry, origin: `http://127.0.0.1:${port}` }
}

test('logs one JSON line a request, without words of the user, keys or probes', async () => {
  const { program, nextEntry, origin } = await startListening()
  const key = crypto.randomUUID()
  await fetch(`${origin}/health/ready`)
  await fetch(`${origin}/v1/chat/completions?key=${key}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'x-request-id': 'request-1' },
    body: JSON.stringify({
      model: 'stand-in',
      messages: [{ role: 'user', content: 'Add a task to buy secrets' }],
    }),
  })
  const { time, duration_ms, ...entry } = await nextEntry()
  program.kill('SIGTERM')
  assert.equal(entry, {
    level: 'info',
    service: 'assistant-stub',
    message: 'Request answered',
    request_id: 'request-1',
    method: 'POST',
    path: '/v1/chat/completions',
    status: 200,
    stream: false,
    answer: 'text',
  })
  assert.is(Number.isNaN(Date.parse(time)), false)
  assert.type(duration_ms, 'number')
})

test('on SIGTERM it answers the request under way, then exits 0', async () => {
  const { program, nextEntry, origin } = await startListening()
  const agent = new Agent({ keepAlive: true })
  const body = JSON.stringify({ model: 'stand-in', messages: [{ role: 'user', content: 'Hello' }] })
  const sending = request(`${origin}/v1/chat/completions`, {
    method: 'POST',
    agent,
    headers: { expect: '100-continue', 'content-length': Buffer.byteLength(body) },
  })
  sending.flushHeaders()
  await once(sending, 'continue')
  program.kill('SIGTERM')
  assert.is((await nextEntry()).message, 'Stopping')
  sending.end(body)
  const [response] = await once(sending, 'response')
  assert.is(response.statusCode, 200)
  assert.match(await text(response), 'stand-in model')
  const [code] = await once(program, 'exit')
  agent.destroy()
  assert.is(code, 0)
})

const UNUSABLE: readonly (readonly [settings: Record<string, string>, sentence: string])[] = [
  [{ LOG_LEVEL: 'info' }, 'The environment variable PORT is missing; set it to a port number such as 8002.'],
  [{ HOSTNAME: '', PORT: '0', LOG_LEVEL: 'info' }, 'The environment variable HOSTNAME is missing'],
  [{ PORT: 'http', LOG_LEVEL: 'info' }, "The environment variable PORT is 'http'"],
  [{ PORT: '65536', LOG_LEVEL: 'info' }, "The environment variable PORT is '65536'"],
  [
    { PORT: '0' },
    'The environment variable LOG_LEVEL is missing; set it to one of debug, info, warning, error.',
  ],
  [{ PORT: '0', LOG_LEVEL: 'loud' }, "The environment variable LOG_LEVEL is 'loud'"],
]

for (const [settings, sentence] of UNUSABLE) {
  test(`ends with one sentence: ${sentence}`, async () => {
    const program = start({ HOSTNAME: '127.0.0.1', ...settings })
    const [said, [code]] = await Promise.all([text(program.stderr), once(program, 'exit')])
    assert.is(code, 1)
    assert.match(said, `assistant-stub: ${sentence}`)
    assert.is(said.trim().split('\n').length, 1)
  })
}

test('ends with one sentence when the port is taken', async () => {
  const { program, origin } = await startListening()
  const second = start({ HOSTNAME: '127.0.0.1', PORT: new URL(origin).port, LOG_LEVEL: 'info' })
  const [said, [code]] = await Promise.all([text(second.stderr), once(second, 'exit')])
  program.kill('SIGTERM')
  assert.is(code, 1)
  assert.match(said, 'already in use')
})

test.run()
