import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import pg from 'pg'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Way } from '../../k8s/model/journey.ts'
import { walk } from '../../lib/smoke/walk.ts'
import { travel } from '../journey.ts'

const test = suite("the smoke test's journey")

const TOKEN = `x.${Buffer.from(JSON.stringify({ sub: 'me' })).toString('base64url')}.x`
const json = (response: ServerResponse, status: number, body: unknown) =>
  response
    .writeHead(status, { 'content-type': 'application/json', 'set-cookie': 's=1' })
    .end(JSON.stringify(body))

/** A way on which everything is at one address, which can be reached. */
function wayTo(url: string): Way {
  return {
    urls: { frontend: url, backend: url, mcp: url, 'assistant-stub': url },
    secrets: { DATABASE_URL: url.replace('http:', 'postgresql:'), SMOKE_PASSWORD: 'p' },
  }
}

/** @returns how a journey ends through a stack that cannot complete a task, and the paths that were deleted */
async function travelled(remove: (response: ServerResponse) => void) {
  const removed: string[] = []
  const server = createServer((request, response) => {
    const { method, url = '', headers } = request
    if (url.endsWith('/sign-in/email')) json(response, 200, {})
    else if (url.endsWith('/token')) json(response, 200, { token: TOKEN })
    else if (!headers.authorization) json(response, 401, {})
    else if (method === 'POST') json(response, 201, { id: 7 })
    else if (method === 'PATCH') json(response, 500, { detail: 'broken' })
    else {
      removed.push(`${method} ${url}`)
      remove(response)
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const way = wayTo(url)
  const passed: string[] = []
  try {
    const end = walk(travel, way, ({ step }) => passed.push(step))
    const error = await end.then(
      () => undefined,
      (caught: Error) => caught,
    )
    return { message: error?.message.replace(url, ''), removed, passed }
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

for (const [what, remove] of [
  ['is removed', (response) => response.writeHead(204).end()],
  ['cannot be removed', (response) => json(response, 500, { detail: 'broken as well' })],
  ['is lost with the connection', (response) => response.destroy()],
] as const satisfies readonly (readonly [string, (response: ServerResponse) => void])[])
  test(`names the step that failed, whether what it made ${what}`, async () => {
    const { message, removed, passed } = await travelled(remove)
    assert.is(passed.at(-1), 'create a task')
    assert.equal(removed, ['DELETE /api/me/tasks/7'])
    assert.is(
      message,
      'complete it: PATCH /api/me/tasks/7/complete was answered 500, not 200: {"detail":"broken"}',
    )
  })

/** @returns how a journey ends where all goes well, but for what the database has stored */
async function found(row: (title: string) => object | undefined): Promise<string | undefined> {
  let asked = ''
  const tasks = new Map<number, { id: number; title: string; completed: boolean }>()
  const add = (title: string) => {
    const task = { id: tasks.size + 7, title, completed: false }
    tasks.set(task.id, task)
    return task
  }
  const server = createServer(async (request, response) => {
    const { method, url = '', headers } = request
    let text = ''
    for await (const chunk of request) text += chunk
    const body = text ? JSON.parse(text) : {}
    if (url.endsWith('/sign-in/email')) json(response, 200, {})
    else if (url.endsWith('/token')) json(response, 200, { token: TOKEN })
    else if (!headers.authorization) json(response, 401, {})
    else if (url.endsWith('/mcp')) json(response, 200, { result: { content: [{ text: '7' }] } })
    else if (url.endsWith('/chat')) {
      add(body.message.replace('Add a task called ', ''))
      json(response, 200, { conversation_id: 1, response: 'Added.', tool_calls: [] })
    } else if (method === 'POST') {
      asked = body.title
      json(response, 201, add(body.title))
    } else if (method === 'PATCH') json(response, 200, { ...tasks.get(7), completed: true })
    else if (method === 'DELETE') response.writeHead(204).end()
    else json(response, 200, [...tasks.values()])
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  Object.assign(pg.Client.prototype, {
    connect: async () => undefined,
    end: async () => undefined,
    query: async () => ({ rows: [row(asked)] }),
  })
  try {
    await walk(travel, wayTo(url), () => undefined)
    return undefined
  } catch (error) {
    return (error as Error).message
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

test('arrives where the database has the task, completed', async () => {
  assert.is(await found((title) => ({ title, completed: true })), undefined)
})

for (const [what, row] of [
  ['not completed', (title: string) => ({ title, completed: false })],
  ['under another title', () => ({ title: 'another', completed: true })],
  ['not at all', () => undefined],
] as const)
  test(`is not content with a task that is stored ${what}`, async () => {
    assert.match((await found(row)) ?? '', /^find the row in PostgreSQL: task 7 is stored as/)
  })

test.run()
