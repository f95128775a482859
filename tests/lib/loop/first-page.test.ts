import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { compileFirstPage } from '../../../lib/loop/first-page.ts'

const test = suite('the first page')

test('is asked for once by each pod that becomes ready, and by no other service', async () => {
  let asked = 0
  const server = createServer((_, response) => {
    asked += 1
    response.end('page')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const hear = compileFirstPage(
      { name: 'web' },
      `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    )
    const pod = (service: string, name: string, ready: boolean) =>
      hear({ kind: 'pod', service, pod: name, ready })
    pod('api', 'api-1', true)
    pod('web', 'web-1', false)
    const first = once(server, 'request')
    pod('web', 'web-1', true)
    pod('web', 'web-1', true)
    await first
    const second = once(server, 'request')
    pod('web', 'web-2', true)
    await second
    assert.is(asked, 2)
  } finally {
    server.closeAllConnections()
    server.close()
  }
})

test.run()
