import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { text } from 'node:stream/consumers'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { farFrom } from '../../../scripts/bench/far.ts'

test('a far way passes everything on in its order, to the end, and each round trip takes its time', async () => {
  const bytes = Buffer.alloc(300_001, 'abcdefghij')
  const server = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const way = await farFrom((server.address() as AddressInfo).port, 40)
  try {
    const client = connect({ port: way.port, host: '127.0.0.1', allowHalfOpen: true })
    const began = performance.now()
    client.end(bytes)
    assert.ok((await text(client)) === `${bytes}`)
    // A timer may be a millisecond early.
    assert.ok(performance.now() - began >= 38)
  } finally {
    way.close()
    server.close()
  }
})

test('who is gone at one end is gone at the other', async () => {
  const server = createServer((socket) => socket.destroy())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const way = await farFrom((server.address() as AddressInfo).port, 2)
  const client = connect(way.port, '127.0.0.1')
    .resume()
    .on('error', () => undefined)
  await once(client, 'close')
  way.close()
  server.close()
})

test.run()
