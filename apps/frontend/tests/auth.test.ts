import { createRemoteJWKSet, jwtVerify } from 'jose'
import pg from 'pg'
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

const test = suite('auth')

const { database, settings, frontend, remove } = await ownFrontend()

// Each test has the whole sign-in window to itself.
test.before.each(async () => {
  await query(database.url, 'delete from auth."rateLimit"')
})

test.after(remove)

function signUp(account = randomAccount()): Promise<Response> {
  return postAuth(frontend.origin, 'sign-up/email', account)
}

function tokenFor(cookie: string): Promise<Response> {
  return fetch(`${frontend.origin}/api/auth/token`, { headers: { cookie } })
}

test('two first calls at once agree on keys that verify every token', async () => {
  const jwks = () => fetch(`${frontend.origin}/api/auth/jwks`).then((answer) => answer.json())
  await Promise.all([jwks(), jwks()])
  const session = cookieOf(await signUp())
  const { token } = (await (await tokenFor(session)).json()) as { token: string }
  await jwtVerify(token, createRemoteJWKSet(new URL(`${frontend.origin}/api/auth/jwks`)))
})

test('sign-up signs in, and the token names issuer, audience and user under the published EdDSA key', async () => {
  const account = randomAccount()
  const answer = await signUp(account)
  assert.is(answer.status, 200)
  const { user } = (await answer.json()) as { user: { id: string } }
  const { token } = (await (await tokenFor(cookieOf(answer))).json()) as { token: string }
  const keys = createRemoteJWKSet(new URL(`${frontend.origin}/api/auth/jwks`))
  const { payload } = await jwtVerify(token, keys, {
    algorithms: ['EdDSA'],
    issuer: 'todo',
    audience: 'todo',
  })
  assert.is(payload.sub, user.id)
  assert.equal(Object.keys(payload).sort(), ['aud', 'email', 'exp', 'iat', 'id', 'iss', 'name', 'sub'])
})

test('the session cookie works over plain http', async () => {
  const [cookie] = (await signUp()).headers.getSetCookie()
  assert.match(cookie ?? '', /^todo-[0-9a-f]{8}\.session_token=.*HttpOnly/)
  assert.not.match(cookie ?? '', /Secure/i)
})

test('the private key is stored encrypted', async () => {
  await fetch(`${frontend.origin}/api/auth/jwks`)
  const [key] = await query(database.url, 'select "privateKey" from auth.jwks limit 1')
  assert.not.match(String(key?.privateKey), /"d"/)
})

test('without a session there is no token, and the home page leads to sign-in', async () => {
  assert.is((await fetch(`${frontend.origin}/api/auth/token`)).status, 401)
  const home = await fetch(frontend.origin, { redirect: 'manual' })
  assert.is(home.status, 307)
  assert.is(home.headers.get('location'), '/sign-in')
})

test('a wrong password is refused', async () => {
  const account = randomAccount()
  await signUp(account)
  const answer = await postAuth(frontend.origin, 'sign-in/email', {
    ...account,
    password: 'not the password',
  })
  assert.is(answer.status, 401)
  assert.equal(answer.headers.getSetCookie(), [])
})

test('a foreign origin is refused, a public one and the Service name are not', async () => {
  const account = randomAccount()
  await signUp(account)
  const signInFrom = (origin: string) => postAuth(frontend.origin, 'sign-in/email', account, { origin })
  assert.is((await signInFrom('http://evil.example')).status, 403)
  assert.is((await signInFrom('http://localhost:3000')).status, 200)
  assert.is((await signInFrom('http://127.0.0.1:3000')).status, 200)
  assert.is((await signInFrom(`http://frontend:${settings.variables.PORT}`)).status, 200)
})

test('no answer leads a browser to another site', async () => {
  const account = randomAccount()
  const cookie = cookieOf(await signUp(account))
  const site = new URL(settings.variables.PUBLIC_ORIGINS ?? '')
  const doors = (value: string) => [
    `/sign-in?back=${value}`,
    `/api/auth/verify-email?token=x&callbackURL=${value}`,
    `/api/auth/reset-password/x?callbackURL=${value}`,
    `/api/auth/delete-user/callback?token=x&callbackURL=${value}`,
    `/api/auth/error?error=${value}`,
    `/${value}/`,
  ]
  const led = await Promise.all(
    // The kinds of which page/back.test.ts has every member.
    ['//evil.example', '/\\evil.example', '/\t/evil.example', '/.//evil.example', 'https://evil.example/']
      .flatMap((value) => doors(encodeURIComponent(value)))
      .map(async (door) => {
        const answer = await fetch(frontend.origin + door, { headers: { cookie }, redirect: 'manual' })
        const to = answer.headers.get('location')
        return to && new URL(to, site).origin !== site.origin ? [`${door} → ${to}`] : []
      }),
  )
  assert.equal(led.flat(), [])
})

test('sign-out ends the session', async () => {
  const cookie = cookieOf(await signUp())
  const left = await postAuth(frontend.origin, 'sign-out', {}, { cookie, origin: 'http://localhost:3000' })
  assert.is(left.status, 200)
  assert.is((await tokenFor(cookie)).status, 401)
})

test('the 21st sign-in within the window is refused, whatever address the caller claims, and on a second replica too', async () => {
  const other = await environment(database.url, 'http://127.0.0.1:9')
  const replica = await startFrontend({ ...settings.variables, PORT: other.variables.PORT })
  try {
    const attempt = (origin: string, claimed: string) =>
      postAuth(origin, 'sign-in/email', randomAccount(), {
        'x-forwarded-for': claimed,
        'x-client-address': claimed,
      })
    // At once: passwords take their time, and the window does not wait.
    const answers = await Promise.all(
      Array.from({ length: 21 }, (_, index) =>
        attempt(index % 2 ? frontend.origin : replica.origin, `198.51.100.${index}`),
      ),
    )
    const refused = answers.filter(({ status }) => status !== 401)
    assert.equal(
      refused.map(({ status }) => status),
      [429],
    )
    assert.ok(Number(refused[0]?.headers.get('retry-after')) >= 1)
  } finally {
    await replica.stop()
    await other.remove()
  }
})

test('behind a trusted proxy with TLS each client has a count of its own, and a session beside that of another stack', async () => {
  const other = await environment(database.url, 'http://127.0.0.1:9')
  const { PORT } = other.variables
  const site = 'https://todo.example.com'
  const replica = await startFrontend({
    ...settings.variables,
    PORT,
    TRUSTED_PROXIES: '127.0.0.1/32',
    PUBLIC_ORIGINS: site,
  })
  const from = (address: string, account: object) =>
    postAuth(replica.origin, 'sign-in/email', account, {
      origin: site,
      'x-forwarded-for': `203.0.113.9, ${address}`,
    })
  const wrongly = (account: object) => ({ ...account, password: 'not the password' })
  try {
    const [busy, quiet, victim] = ['198.51.100.1', '198.51.100.2', randomAccount()]
    const answer = await signUp(victim)
    await from(busy, randomAccount())
    await query(database.url, `update auth."rateLimit" set count = 20 where key like '${busy}%'`)
    assert.is((await from(busy, victim)).status, 429)
    assert.is((await from(quiet, victim)).status, 200)

    // One address may use up its own tries on an account, and nobody else's.
    await query(database.url, `delete from auth."rateLimit"`)
    assert.is((await from(busy, wrongly(victim))).status, 401)
    await query(database.url, `update auth."rateLimit" set count = 50 where key like 'account:%|${busy}'`)
    const refused = await from(busy, victim)
    assert.is(refused.status, 429)
    assert.match(
      ((await refused.json()) as { message: string }).message,
      /^Too many wrong passwords were tried/,
    )
    assert.ok(Number(refused.headers.get('retry-after')) > 800)
    assert.is((await from(busy, randomAccount())).status, 401)
    assert.is((await from(quiet, victim)).status, 200)
    assert.equal(await countsOfAll(), [1, 1])

    // Many addresses together do not try without end.
    await query(
      database.url,
      `update auth."rateLimit" set count = 500 where key like 'account:%' and key not like '%|%'`,
    )
    assert.is((await from('198.51.100.3', wrongly(victim))).status, 429)

    // A browser sends to either what it got of both.
    await query(database.url, 'delete from auth."rateLimit"')
    const inReplica = await from(quiet, victim)
    assert.match(
      inReplica.headers.getSetCookie()[0] ?? '',
      /^__Secure-todo-[0-9a-f]{8}\.session_token=.*Secure/,
    )
    const jar = [cookieOf(answer), cookieOf(inReplica)].join('; ')
    for (const { origin } of [frontend, replica])
      assert.is((await fetch(`${origin}/api/auth/token`, { headers: { cookie: jar } })).status, 200)
  } finally {
    await replica.stop()
    await other.remove()
  }
})

/** What is counted for each account that was tried, from all addresses together. */
async function countsOfAll(): Promise<unknown[]> {
  const rows = await query(
    database.url,
    `select count from auth."rateLimit" where key like 'account:%' and key not like '%|%' order by count`,
  )
  return rows.map(({ count }) => count)
}

test('only a wrong password counts as one', async () => {
  const account = randomAccount()
  const cookie = cookieOf(await signUp(account))
  const own = { cookie, origin: 'http://localhost:3000' }
  const wrong = 'not the password'
  const tried = async (path: string, body: object, headers = {}) =>
    (await postAuth(frontend.origin, path, body, headers)).status
  assert.is(await tried('sign-in/email', account), 200)
  assert.is(
    await tried('sign-in/email', { ...account, password: wrong }, { ...own, origin: 'http://evil.example' }),
    403,
  )
  assert.is(await tried('sign-in/email', { email: account.email }), 400)
  assert.is(await tried('change-password', { currentPassword: account.password, newPassword: 'x' }, own), 400)
  assert.equal((await countsOfAll()).filter(Boolean), [])
  assert.is(
    await tried('sign-in/email', { ...account, email: account.email.toUpperCase(), password: wrong }),
    401,
  )
  assert.is(await tried('change-password', { currentPassword: wrong, newPassword: wrong }, own), 400)
  assert.is(await tried('delete-user', { password: wrong }, own), 400)
  assert.is(await tried('verify-password', { password: wrong }, own), 400)
  assert.equal(await countsOfAll(), [4])
})

test('the window opens again when its ten seconds have passed', async () => {
  const attempt = () => postAuth(frontend.origin, 'sign-in/email', randomAccount())
  await attempt()
  await query(database.url, 'update auth."rateLimit" set count = 20 where key not like \'account:%\'')
  assert.is((await attempt()).status, 429)
  await query(database.url, 'update auth."rateLimit" set "lastRequest" = "lastRequest" - 10000')
  assert.is((await attempt()).status, 401)
})

test('session and token are not limited', async () => {
  const cookie = cookieOf(await signUp())
  const answers = await Promise.all(Array.from({ length: 120 }, () => tokenFor(cookie)))
  // Where the machine is busy, some wait for a connection in vain, and are told so.
  const statuses = new Set(answers.map(({ status }) => status).filter((status) => status !== 503))
  assert.equal([...statuses], [200])
})

test('who waits for a connection in vain is told so, and not that they are signed out', async () => {
  const cookie = cookieOf(await signUp())
  const other = new pg.Client(database.url)
  await other.connect()
  try {
    await other.query('begin; lock table auth.session')
    const asked = Promise.all(Array.from({ length: 8 }, () => tokenFor(cookie)))
    await frontend.logged('INTERNAL_SERVER_ERROR', { level: 'error' })
    // By the time that the others are answered, there is a connection for whoever asks why.
    await other.query('rollback')
    const statuses = new Set((await asked).map(({ status }) => status))
    assert.equal([...statuses].sort(), [200, 503])
  } finally {
    await other.end()
  }
})

test('what Better Auth has to say goes into the log as the rest does, under the id of its request', async () => {
  const account = randomAccount()
  await postAuth(frontend.origin, 'sign-in/email', account, { 'x-request-id': 'nobody-1' })
  const line = await frontend.logged('nobody-1', { level: 'warning' })
  assert.match(String(line.message), 'not found')
  assert.not.match(frontend.log(), account.email)
})

test('PostgreSQL knows which request a connection works for', async () => {
  await postAuth(frontend.origin, 'sign-in/email', randomAccount(), { 'x-request-id': 'traced-1' })
  const connections = await query(
    database.url,
    'select application_name as name from pg_stat_activity where datname = current_database()',
  )
  assert.ok(connections.some(({ name }) => name === 'frontend traced-1'))
})

test.run()
