import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { travel } from '../../hooks/smoke/journey.ts'

const test = suite("the smoke test's journey")

const TOKEN = `x.${Buffer.from(JSON.stringify({ sub: 'me' })).toString('base64url')}.x`
const json = (response: ServerResponse, status: number, body: unknown) =>
  response
    .writeHead(status, { 'content-type': 'application/json', 'set-cookie': 's=1' })
    .end(JSON.stringify(body))

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
  const journey = { frontend: url, backend: url, mcp: url, databaseUrl: 'postgresql://nowhere' }
  const passed: string[] = []
  try {
    const end = travel({ ...journey, password: 'p', assistantIsStandIn: true }, ({ step }) =>
      passed.push(step),
    )
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

test.run()
