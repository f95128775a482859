import { once } from 'node:events'
import { createServer } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { freePort } from '../../lib/shell/free-port.ts'
import { reachable } from '../../stack/journey.ts'

const test = suite('a smoke test that is let through late')

test('waits for who does not answer yet', async () => {
  const port = await freePort()
  const waiting = reachable([`http://127.0.0.1:${port}`])
  const server = createServer((socket) => socket.end())
  setTimeout(() => server.listen(port, '127.0.0.1'), 300)
  await waiting
  assert.ok(server.listening)
  server.close()
  await once(server, 'close')
})

test('names who never answers, and no password', async () => {
  const port = await freePort()
  const url = `postgresql://user:hidden@127.0.0.1:${port}/todo`
  await reachable([url], 0).then(
    () => assert.unreachable(),
    ({ message }: Error) => {
      assert.match(message, new RegExp(`^reach 127\\.0\\.0\\.1:${port}: connect ECONNREFUSED`))
      assert.not.match(message, /hidden/)
    },
  )
})

test.run()
