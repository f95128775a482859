import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { cookieOf, ownFrontend, postAuth, randomAccount } from './running-frontend.ts'

const test = suite('the database goes away')

const account = randomAccount()
const origin = 'http://localhost:3000'

const { database, frontend, remove } = await ownFrontend()
const cookie = cookieOf(await postAuth(frontend.origin, 'sign-up/email', account))
await database.cutOff()

test.after(remove)

const asked: Record<string, () => Promise<Response>> = {
  'a token': () => fetch(`${frontend.origin}/api/auth/token`, { headers: { cookie } }),
  'the session': () => fetch(`${frontend.origin}/api/auth/get-session`, { headers: { cookie } }),
  'to sign in': () => postAuth(frontend.origin, 'sign-in/email', account),
  'to sign up': () => postAuth(frontend.origin, 'sign-up/email', randomAccount()),
  'to change a name': () => postAuth(frontend.origin, 'update-user', { name: 'Grace' }, { cookie, origin }),
  'to delete the account': () =>
    postAuth(frontend.origin, 'delete-user', { password: account.password }, { cookie, origin }),
}

for (const [what, ask] of Object.entries(asked))
  test(`asked ${what}, it says so and signs nobody out`, async () => {
    const answer = await ask()
    assert.is(answer.status, 503)
    assert.is(answer.headers.get('content-type'), 'application/problem+json')
    assert.is(answer.headers.get('retry-after'), '2')
    assert.equal(answer.headers.getSetCookie(), [])
    const { detail, request_id } = (await answer.json()) as { detail: string; request_id: string }
    assert.is(detail, 'The database does not answer; try again shortly.')
    assert.is((await frontend.logged(request_id, { message: 'Request answered' })).status, 503)
  })

test('all that it logs is JSON, one object a line', () => {
  const lines = frontend.log().split('\n').slice(0, -1)
  assert.equal(
    lines.slice(lines.findIndex((line) => line.startsWith('{'))).filter((line) => !line.startsWith('{')),
    [],
  )
})

test.run()
