import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { accessToken, forgetAccessToken } from '../../src/client/access-token.ts'
import { callApi } from '../../src/client/api.ts'

const realFetch = globalThis.fetch

test.after.each(() => {
  globalThis.fetch = realFetch
  forgetAccessToken()
})

/** A token that is always about to expire, so that each call asks for another. */
function expiringToken(): Response {
  return token(60)
}

function token(seconds: number): Response {
  const claims = Buffer.from(JSON.stringify({ iat: 0, exp: seconds })).toString('base64url')
  return Response.json({ token: `head.${claims}.signature` })
}

test('a token that could not be renewed is asked for again, once', async () => {
  let asked = 0
  let answer = (): Response => expiringToken()
  globalThis.fetch = async () => {
    asked += 1
    return answer()
  }
  await accessToken()
  answer = () => {
    throw new TypeError('Failed to fetch')
  }
  for (const message of await Promise.all([refusalOf(accessToken()), refusalOf(accessToken())]))
    assert.match(message, 'did not answer')
  asked = 0
  answer = () => token(3_600)
  assert.match(await accessToken(), 'signature')
  await accessToken()
  assert.is(asked, 1)
})

test('a token that does not come is given up, and asked for again', async () => {
  const realTimeout = AbortSignal.timeout
  const limit = new AbortController()
  AbortSignal.timeout = () => limit.signal
  let tell = () => {}
  const asked = new Promise<void>((resolve) => {
    tell = resolve
  })
  globalThis.fetch = (_, { signal } = {}) =>
    new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason))
      tell()
    })
  const silent = refusalOf(accessToken())
  await asked
  limit.abort(new DOMException('', 'TimeoutError'))
  assert.match(await silent, 'did not answer')
  AbortSignal.timeout = realTimeout
  globalThis.fetch = async () => token(3_600)
  assert.match(await accessToken(), 'signature')
})

test('changes outlive their page, as many as a browser lets; what is read or streamed does not', async () => {
  const sent: [string, boolean][] = []
  const waiting: (() => void)[] = []
  globalThis.fetch = async (url, { method = 'GET', keepalive = false } = {}) => {
    if (url === '/api/auth/token') return token(3_600)
    sent.push([method, keepalive])
    if (method === 'POST') await new Promise<void>((resolve) => waiting.push(resolve))
    return Response.json({})
  }
  await callApi('GET', '/api/u/tasks')
  await callApi('PUT', '/api/u/tasks/1', { signal: new AbortController().signal })
  await callApi('DELETE', '/api/u/tasks/1')
  assert.equal(sent.splice(0), [
    ['GET', false],
    ['PUT', false],
    ['DELETE', true],
  ])
  const changes = Array.from({ length: 9 }, () => callApi('POST', '/api/u/tasks', { body: {} }))
  while (waiting.length < changes.length) await new Promise((resolve) => setImmediate(resolve))
  assert.equal(
    sent.splice(0).map(([, outlives]) => outlives),
    [true, true, true, true, true, true, true, true, false],
  )
  for (const go of waiting) go()
  await Promise.all(changes)
  await callApi('DELETE', '/api/u/tasks/1')
  assert.equal(sent, [['DELETE', true]])
})

async function refusalOf(call: Promise<unknown>): Promise<string> {
  try {
    await call
  } catch (error) {
    return String(error)
  }
  return 'no refusal'
}

test.run()
