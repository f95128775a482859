import { createRemoteJWKSet, jwtVerify } from 'jose'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  cookieOf,
  type Database,
  type Environment,
  environment,
  type Frontend,
  freshDatabase,
  postAuth,
  query,
  randomAccount,
  run,
  startFrontend,
} from './running-frontend.ts'

const test = suite('auth')

let database: Database
let settings: Environment
let frontend: Frontend

test.before(async () => {
  database = await freshDatabase()
  settings = await environment(database.url, 'http://127.0.0.1:9')
  await run('migrate.mjs', settings.variables)
  frontend = await startFrontend(settings.variables)
})

// Each test has the whole sign-in window to itself.
test.before.each(async () => {
  await query(database.url, 'delete from auth."rateLimit"')
})

test.after(async () => {
  await frontend?.stop()
  await settings.remove()
  await database.drop()
})

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
  assert.match(cookie ?? '', /HttpOnly/)
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
    const statuses = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        attempt(index % 2 ? frontend.origin : replica.origin, `198.51.100.${index}`),
      ),
    )
    assert.ok(statuses.every(({ status }) => status === 401))
    const refused = await attempt(replica.origin, '198.51.100.99')
    assert.is(refused.status, 429)
    assert.ok(Number(refused.headers.get('retry-after')) >= 1)
  } finally {
    await replica.stop()
    await other.remove()
  }
})

test('the window opens again when its ten seconds have passed', async () => {
  const attempt = () => postAuth(frontend.origin, 'sign-in/email', randomAccount())
  await attempt()
  await query(database.url, 'update auth."rateLimit" set count = 20')
  assert.is((await attempt()).status, 429)
  await query(database.url, 'update auth."rateLimit" set "lastRequest" = "lastRequest" - 10000')
  assert.is((await attempt()).status, 401)
})

test('session and token are not limited', async () => {
  const cookie = cookieOf(await signUp())
  const answers = await Promise.all(Array.from({ length: 120 }, () => tokenFor(cookie)))
  assert.ok(answers.every(({ status }) => status === 200))
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
