import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  cookieOf,
  environment,
  ownFrontend,
  postAuth,
  query,
  randomAccount,
  startFrontend,
} from './running-frontend.ts'

const test = suite('account')

/** What the stand-in backend was asked. */
interface Asked {
  method: string | undefined
  url: string | undefined
  token: string
  requestId: string | string[] | undefined
}

let asked: Asked[]
/** With which status the backend answers; undefined: not at all. */
let status: number | undefined

const backend = createServer(({ method, url, headers, socket }, response) => {
  asked.push({
    method,
    url,
    token: headers.authorization?.replace('Bearer ', '') ?? '',
    requestId: headers['x-request-id'],
  })
  if (status) response.writeHead(status).end()
  else socket.destroy()
}).listen(0, '127.0.0.1')
await once(backend, 'listening')
const { database, settings, remove, ...first } = await ownFrontend({
  backendUrl: `http://127.0.0.1:${(backend.address() as AddressInfo).port}`,
})
let { frontend } = first

test.before.each(async () => {
  asked = []
  status = 204
  await query(database.url, 'delete from auth."rateLimit"')
})

test.after(async () => {
  await frontend.stop()
  await remove()
  backend.close()
})

const origin = 'http://localhost:3000'

async function newcomer() {
  const account = randomAccount()
  const answer = await postAuth(frontend.origin, 'sign-up/email', account)
  assert.is(answer.status, 200)
  const { user } = (await answer.json()) as { user: { id: string } }
  return { ...account, id: user.id, cookie: cookieOf(answer) }
}

function signIn({ email }: { email: string }, password: string): Promise<Response> {
  return postAuth(frontend.origin, 'sign-in/email', { email, password })
}

function as(cookie: string, path: string, body: object): Promise<Response> {
  return postAuth(frontend.origin, path, body, { cookie, origin })
}

async function isSignedIn(cookie: string, at = frontend.origin): Promise<boolean> {
  return (await fetch(`${at}/api/auth/token`, { headers: { cookie } })).ok
}

async function rowsOf(id: string): Promise<number> {
  const tables = ['"user" where id', 'session where "userId"', 'account where "userId"']
  const counts = await Promise.all(
    tables.map((table) => query(database.url, `select count(*)::int from auth.${table} = '${id}'`)),
  )
  return counts.reduce((sum, [row]) => sum + Number(row?.count), 0)
}

test('a new password ends all other sessions, and only it signs in', async () => {
  const user = await newcomer()
  const elsewhere = cookieOf(await signIn(user, user.password))
  const newPassword = crypto.randomUUID()
  // Whatever the client says about the other sessions.
  const answer = await as(user.cookie, 'change-password', {
    currentPassword: user.password,
    newPassword,
    revokeOtherSessions: false,
  })
  assert.is(answer.status, 200)
  assert.ok(await isSignedIn(cookieOf(answer)))
  assert.not.ok(await isSignedIn(elsewhere))
  assert.not.ok(await isSignedIn(user.cookie))
  assert.is((await signIn(user, user.password)).status, 401)
  assert.is((await signIn(user, newPassword)).status, 200)
})

test('a password is not changed without the old one, nor to one of seven or 129 characters', async () => {
  const user = await newcomer()
  for (const [currentPassword, newPassword] of [
    ['not the password', crypto.randomUUID()],
    [user.password, 'seven77'],
    [user.password, 'x'.repeat(129)],
  ]) {
    const answer = await as(user.cookie, 'change-password', { currentPassword, newPassword })
    assert.is(answer.status, 400)
    assert.match(((await answer.json()) as { message: string }).message, /password/i)
  }
  assert.ok(await isSignedIn(user.cookie))
  assert.is((await signIn(user, user.password)).status, 200)
})

test('deleting an account deletes its data first, with a token of its own', async () => {
  const [user, neighbour] = [await newcomer(), await newcomer()]
  const answer = await postAuth(
    frontend.origin,
    'delete-user',
    { password: user.password },
    { cookie: user.cookie, origin, 'x-request-id': 'farewell-1' },
  )
  assert.is(answer.status, 200)
  assert.is(asked.length, 1)
  const [{ token = '', ...request } = {}] = asked
  assert.equal(request, { method: 'DELETE', url: `/api/${user.id}/data`, requestId: 'farewell-1' })
  const keys = createRemoteJWKSet(new URL(`${frontend.origin}/api/auth/jwks`))
  const { payload } = await jwtVerify(token, keys, { issuer: 'todo', audience: 'todo' })
  assert.is(payload.sub, user.id)
  assert.is(await rowsOf(user.id), 0)
  assert.not.ok(await isSignedIn(user.cookie))
  assert.is((await signIn(user, user.password)).status, 401)
  assert.ok(await isSignedIn(neighbour.cookie))
})

test('the address of a deleted account is free again', async () => {
  const user = await newcomer()
  await as(user.cookie, 'delete-user', { password: user.password })
  const again = await postAuth(frontend.origin, 'sign-up/email', {
    name: 'Ann',
    email: user.email,
    password: crypto.randomUUID(),
  })
  assert.is(again.status, 200)
  assert.is.not(((await again.json()) as { user: { id: string } }).user.id, user.id)
})

for (const [what, answered] of [
  ['away', undefined],
  ['unable to', 503],
  ['in disagreement', 403],
] as const)
  test(`while the backend is ${what}, the account stays whole and the user is told`, async () => {
    const user = await newcomer()
    status = answered
    const answer = await as(user.cookie, 'delete-user', { password: user.password })
    assert.is(answer.status, 503)
    assert.match(
      ((await answer.json()) as { message: string }).message,
      /^Your account is still there, because your tasks could not be deleted\./,
    )
    assert.is(await rowsOf(user.id), 3)
    assert.ok(await isSignedIn(user.cookie))
    status = 204
    assert.is((await as(user.cookie, 'delete-user', { password: user.password })).status, 200)
  })

test('an account is not deleted without its password, however fresh the session, nor from another site', async () => {
  const user = await newcomer()
  for (const body of [{}, { password: '' }, { password: 'not the password' }, { token: 'made-up' }])
    assert.is((await as(user.cookie, 'delete-user', body)).status, 400, JSON.stringify(body))
  const foreign = { cookie: user.cookie, origin: 'http://evil.example' }
  const body = { password: user.password }
  assert.is((await postAuth(frontend.origin, 'delete-user', body, foreign)).status, 403)
  assert.is((await postAuth(frontend.origin, 'delete-user', body, { origin })).status, 401)
  assert.equal(asked, [])
  assert.is(await rowsOf(user.id), 3)
})

test('a name can be changed, and is in the next token; a blank or endless one, or one with NUL, is refused', async () => {
  const user = await newcomer()
  for (const name of ['   ', '\u200b\u3164', 'x'.repeat(101), 'a\0b']) {
    assert.is((await as(user.cookie, 'update-user', { name })).status, 400)
    assert.is((await postAuth(frontend.origin, 'sign-up/email', { ...randomAccount(), name })).status, 400)
  }
  assert.is((await as(user.cookie, 'update-user', { name: '🌱'.repeat(100) })).status, 200)
  assert.is((await as(user.cookie, 'update-user', { name: 'Grace' })).status, 200)
  const answer = await fetch(`${frontend.origin}/api/auth/token`, { headers: { cookie: user.cookie } })
  const { token } = (await answer.json()) as { token: string }
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  assert.is(claims.name, 'Grace')
})

test('a body of 16 kB is read, a larger one is refused, whether its length is told beforehand or not', async () => {
  const user = await newcomer()
  const send = (body: RequestInit['body']) =>
    fetch(`${frontend.origin}/api/auth/update-user`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: user.cookie, origin },
      body,
      duplex: 'half',
    } as RequestInit)
  const bytes = (size: number) => JSON.stringify({ name: 'Grace', image: '' }).padEnd(size)
  assert.is((await send(bytes(16 * 1024))).status, 200)
  for (const body of [bytes(16 * 1024 + 1), new Blob([bytes(1_000_000)]).stream()]) {
    const answer = await send(body)
    assert.is(answer.status, 413)
    const { detail, request_id } = (await answer.json()) as Record<string, unknown>
    assert.is(detail, 'The body is larger than 16 kB.')
    assert.is(request_id, answer.headers.get('x-request-id'))
  }
})

test('a page is logged, and asks the backend under the id of its request', async () => {
  const { cookie, id } = await newcomer()
  const answer = await fetch(frontend.origin, { headers: { cookie, 'x-request-id': 'page-1' } })
  await answer.text()
  assert.is(answer.headers.get('x-request-id'), 'page-1')
  assert.ok(asked.some(({ url, requestId }) => url?.startsWith(`/api/${id}/`) && requestId === 'page-1'))
  assert.is((await frontend.logged('page-1', { path: '/' })).status, 200)
})

test('passwords cannot be guessed through a session: the window of sign-in is shared by the replicas', async () => {
  const user = await newcomer()
  const other = await environment(database.url, 'http://127.0.0.1:9')
  const replica = await startFrontend({ ...settings.variables, PORT: other.variables.PORT })
  try {
    for (const [path, body] of [
      ['change-password', { currentPassword: 'guessed', newPassword: 'a new password' }],
      ['delete-user', { password: 'guessed' }],
      ['verify-password', { password: 'guessed' }],
    ] as const) {
      const attempt = (at: string) => postAuth(at, path, body, { cookie: user.cookie, origin })
      assert.is((await attempt(frontend.origin)).status, 400)
      await query(database.url, 'update auth."rateLimit" set count = 19')
      assert.is((await attempt(replica.origin)).status, 400)
      assert.is((await attempt(replica.origin)).status, 429)
      assert.is((await attempt(frontend.origin)).status, 429)
    }
  } finally {
    await replica.stop()
    await other.remove()
  }
})

test('a session outlives the replica that opened it', async () => {
  const user = await newcomer()
  assert.is(await frontend.stop(), 0)
  frontend = await startFrontend(settings.variables)
  assert.ok(await isSignedIn(user.cookie))
})

test.run()
