import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { requireFreePorts } from '../../../lib/host/ports.ts'
import { isFree, localhostAnswers } from '../../../lib/shell/loopback.ts'
import { refuseTakenPort } from '../../../scripts/cluster/run.ts'

const test = suite('a port of localhost')

async function listening(host: string, ipv6Only = false): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => socket.end()).listen({ port: 0, host, ipv6Only })
  await once(server, 'listening')
  return { server, port: (server.address() as AddressInfo).port }
}

async function closed(server: Server): Promise<void> {
  server.close()
  await once(server, 'close')
}

for (const [host, ipv6Only] of [
  ['127.0.0.1', false],
  ['::1', false],
  ['0.0.0.0', false],
  ['::', false],
  ['::', true],
] as const)
  test(`is taken by who listens on ${host}${ipv6Only ? ' of IPv6 alone' : ''}, until that is gone`, async () => {
    const { server, port } = await listening(host, ipv6Only)
    const ports = new Map([[port, 'frontend']])
    assert.not.ok(await isFree(port))
    assert.ok(await localhostAnswers(port, 5_000))
    for (const refuses of [() => requireFreePorts(ports, '.env.local'), () => refuseTakenPort(port)])
      await refuses().then(
        () => assert.unreachable(`port ${port} was taken for a free one`),
        ({ message }: Error) => assert.match(message, `${port}`),
      )
    await closed(server)
    assert.ok(await isFree(port))
    assert.not.ok(await localhostAnswers(port, 5_000))
    await requireFreePorts(ports, '.env.local')
    await refuseTakenPort(port)
  })

test.run()
