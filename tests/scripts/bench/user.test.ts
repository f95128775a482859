import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openApplication } from '../../../lib/stack/application.ts'
import { rigOf } from '../../../scripts/bench/rig.ts'
import { signUp } from '../../../scripts/bench/user.ts'

const TOKEN = `x.${Buffer.from(JSON.stringify({ sub: 'me' })).toString('base64url')}.x`

test('a user of the bench comes by the stack’s own sign-in, and is known by a name that its removal names', async () => {
  const application = await rigOf(await openApplication(), new AbortController().signal)
  let email = ''
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    if (request.url === '/api/auth/token') {
      assert.is(request.headers.cookie, 's=1')
      response.end(JSON.stringify({ token: TOKEN }))
    } else if (request.url === '/api/auth/sign-up/email') {
      assert.is(request.headers.origin, 'https://page.test')
      email = JSON.parse(text).email
      response.setHeader('set-cookie', 's=1; Path=/; HttpOnly').end()
    } else response.writeHead(401).end()
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  try {
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const user = await signUp(application, address, 'https://page.test')
    assert.equal(user, { id: 'me', api: '/api/me/', token: TOKEN, cookie: 's=1' })
    const [, pattern = ''] = /LIKE '(.*)'/.exec(application.measures.users?.remove ?? '') ?? []
    assert.match(email, new RegExp(`^${pattern.replaceAll('.', '\\.').replace('%', '[\\w-]+')}$`))
  } finally {
    server.close()
  }
})

test.run()
