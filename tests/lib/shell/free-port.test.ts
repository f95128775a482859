import { once } from 'node:events'
import { createServer } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { firstOfTheSystem, freePort, freePorts } from '../../../lib/shell/free-port.ts'

const test = suite('a free port')

test('is none that the system gives to whoever connects before it is used', async () => {
  const ports = [await freePort(), (await freePorts(3)) + 2]
  for (const port of ports) {
    assert.ok(port < firstOfTheSystem(), `${port}`)
    const server = createServer().listen(port, '127.0.0.1')
    await once(server, 'listening')
    server.close()
  }
})

test('lies above the one that it is to lie above', async () => {
  const bound = firstOfTheSystem() - 300
  assert.ok((await freePort(bound)) > bound)
})

test.run()
