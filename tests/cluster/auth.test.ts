import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { suite } from 'uvu'
import { signUp, type User } from '../../stack/tests/user.ts'
import { deploy, ORIGIN, removeTestUsers, sql } from './cluster.ts'
import { type Copy, copyCheckout } from './copy.ts'
import { eventually, PATIENCE } from './deadline.ts'
import { askMcp } from './mcp.ts'

const test = suite('who gets in')
let copy: Copy
let user: User
let other: User

/** A key of the tests' own among the published ones: what it signs is refused for what it says, not for who signed. */
const keyId = `test-${crypto.randomUUID()}`
let key: Awaited<ReturnType<typeof generateKeyPair>>
let publicKey: JWK

test.before(async () => {
  copy = await copyCheckout()
  await deploy(copy)
  ;[user, other] = await Promise.all([signUp(ORIGIN), signUp(ORIGIN)])
  key = await generateKeyPair('EdDSA', { extractable: true })
  publicKey = await exportJWK(key.publicKey)
  // Created long ago, so that Better Auth goes on signing with its own, newest one.
  await sql(`INSERT INTO auth.jwks (id, "publicKey", "privateKey", "createdAt")
    VALUES ('${keyId}', '${JSON.stringify(publicKey)}', 'not used', '2000-01-01')`)
  const token = await signed({})
  await eventually('the key of the tests being known', PATIENCE, async () => (await api(token)) === 200)
  await eventually('MCP knowing it', PATIENCE, async () => (await mcp(token)) === 200)
})

test.after(async () => {
  await sql(`DELETE FROM auth.jwks WHERE id = '${keyId}'`)
  await removeTestUsers()
  await copy.remove()
})

interface Claims {
  readonly issuer?: string
  readonly audience?: string
  readonly expires?: string
}

function signed({ issuer = 'todo', audience = 'todo', expires = '5 minutes' }: Claims): Promise<string> {
  return token(issuer, audience, expires)
    .setProtectedHeader({ alg: 'EdDSA', kid: keyId })
    .sign(key.privateKey)
}

function token(issuer = 'todo', audience = 'todo', expires = '5 minutes'): SignJWT {
  const unsigned = new SignJWT().setSubject(user.id).setIssuer(issuer).setAudience(audience)
  return unsigned.setIssuedAt('1 hour ago').setExpirationTime(expires)
}

async function api(bearer: string | undefined, owner = user): Promise<number> {
  const headers = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }
  return (await fetch(`${ORIGIN}/api/${owner.id}/tasks`, { headers })).status
}

async function mcp(bearer: string | undefined): Promise<number> {
  const call = { name: 'list_tasks', arguments: { user_id: user.id } }
  const { status, body } = await askMcp(
    'tools/call',
    call,
    bearer === undefined ? undefined : `Bearer ${bearer}`,
  )
  if (status === 200) assert.equal(body.result?.isError ?? false, false)
  return status
}

const refused: Readonly<Record<string, () => Promise<string | undefined>>> = {
  'no token': async () => undefined,
  'a token that is none': async () => 'garbage',
  'a token signed HS256 with a secret': () =>
    token().setProtectedHeader({ alg: 'HS256', kid: keyId }).sign(randomBytes(32)),
  'a token signed HS256 with the published key': () =>
    token()
      .setProtectedHeader({ alg: 'HS256', kid: keyId })
      .sign(Buffer.from(publicKey.x ?? '', 'base64url')),
  'a token for another audience': () => signed({ audience: 'another' }),
  'a token of another issuer': () => signed({ issuer: 'another' }),
  'a token that has expired': () => signed({ expires: '5 minutes ago' }),
}

for (const [what, make] of Object.entries(refused))
  test(`${what} is answered 401 by API and MCP`, async () => {
    const bearer = await make()
    assert.deepEqual([await api(bearer), await mcp(bearer)], [401, 401])
  })

test("another user's token is answered 403 by the API, and a tool error by MCP", async () => {
  assert.equal(await api(other.token), 403)
  const call = { name: 'list_tasks', arguments: { user_id: user.id } }
  const { status, body } = await askMcp('tools/call', call, `Bearer ${other.token}`)
  assert.equal(status, 200)
  assert.equal(body.result?.isError, true)
  assert.match(body.result?.content?.[0]?.text ?? '', /another user/)
})

test("a user's own token is let in by both, MCP under its Service name", async () => {
  assert.deepEqual([await api(user.token), await mcp(user.token)], [200, 200])
})

test.run()
