import { once } from 'node:events'
import { createServer as httpServer } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { StepTime, Travel } from '../../../k8s/model/journey.ts'
import { freePort } from '../../../lib/shell/free-port.ts'
import { walk } from '../../../lib/smoke/walk.ts'

const test = suite('what a journey is made with')
const WAY = { urls: {}, secrets: {} }

/** @returns why a journey failed, and the steps before that */
async function walked(travel: Travel, reachingMs?: number) {
  const steps: string[] = []
  const report = ({ step }: StepTime) => void steps.push(step)
  const error = await walk(travel, WAY, report, reachingMs).then(
    () => undefined,
    ({ message }: Error) => message,
  )
  return { error, steps }
}

async function addressOf(server: Server): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('waits for who does not answer yet', async () => {
  const port = await freePort()
  const waiting = walked((_, { reach }) => reach(`http://127.0.0.1:${port}`))
  const server = createServer((socket) => socket.end())
  setTimeout(() => server.listen(port, '127.0.0.1'), 300)
  assert.is((await waiting).error, undefined)
  assert.ok(server.listening)
  server.close()
  await once(server, 'close')
})

test('names who never answers, and no password', async () => {
  const port = await freePort()
  const url = `postgresql://user:hidden@127.0.0.1:${port}/todo`
  const { error = '' } = await walked((_, { reach }) => reach(url), 0)
  assert.match(error, new RegExp(`^reach 127\\.0\\.0\\.1:${port}: connect ECONNREFUSED`))
  assert.not.match(error, /hidden/)
})

test('takes away what was made, the last first, and tells the step that failed', async () => {
  const undone: string[] = []
  const { error, steps } = await walked(async (_, { step, undo }) => {
    await step('sow', async () => undo(async () => undone.push('sown')))
    await step('water', async () => undo(async () => undone.push('watered')))
    await step('reap', () => Promise.reject(new Error('nothing grew')))
  })
  assert.is(error, 'reap: nothing grew')
  assert.equal(
    [steps, undone],
    [
      ['sow', 'water'],
      ['watered', 'sown'],
    ],
  )
})

test('tells of a journey that went well and left something behind', async () => {
  const { error } = await walked(async (_, { undo }) => undo(() => Promise.reject(new Error('it is stuck'))))
  assert.is(error, 'remove what it made: it is stuck')
})

test('asks with a body as JSON, gives back JSON or text, and names an answer that was not expected', async () => {
  const server = httpServer(async ({ url, method, headers }, response) => {
    const status = url === '/nothing' ? 204 : 200
    if (url !== '/') response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
    if (status === 204) return void response.end()
    response.end(url === '/json' ? JSON.stringify({ method, type: headers['content-type'] }) : 'a page')
  })
  const url = await addressOf(server)
  const answers: unknown[] = []
  const { error } = await walked(async (_, { call }) => {
    answers.push(await call('POST', `${url}/json`, { body: { one: 1 } }), await call('GET', url))
    answers.push(await call('DELETE', `${url}/nothing`, { expected: 204 }))
    await call('GET', url, { expected: 401 })
  })
  server.close()
  server.closeAllConnections()
  assert.equal(answers, [{ method: 'POST', type: 'application/json' }, 'a page', ''])
  assert.is(error, `GET ${url} was answered 200, not 401: a page`)
})

test.run()
