import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { clientAddress, trustedProxies } from '../src/server/client-address.ts'

const proxies = '10.0.0.0/8, 192.0.2.7, 2001:db8:aaaa::/48'

for (const [what, trusted, peer, forwardedFor, client] of [
  ['nobody is between', 'none', '198.51.100.1', '', '198.51.100.1'],
  ['a client claims something', 'none', '198.51.100.1', '203.0.113.9', '198.51.100.1'],
  ['IPv4 comes in the form of IPv6', 'none', '::ffff:198.51.100.1', '', '198.51.100.1'],
  ['IPv6', 'none', '2001:db8::1', '203.0.113.9', '2001:db8::1'],
  ['the controller of an Ingress says who called', 'peer', '10.244.0.9', '198.51.100.1', '198.51.100.1'],
  ['it adds to what the client claims', 'peer', '10.244.0.9', '203.0.113.9, 198.51.100.1', '198.51.100.1'],
  [
    'a client in the same network claims to be another',
    'peer',
    '10.244.0.9',
    '203.0.113.9, 10.0.0.5',
    '10.0.0.5',
  ],
  ['a pod asks without a proxy', 'peer', '10.244.0.12', '', '10.244.0.12'],
  ['one proxy of two', proxies, '10.1.1.1', '198.51.100.1', '198.51.100.1'],
  ['two proxies', proxies, '10.1.1.1', '198.51.100.1, 192.0.2.7', '198.51.100.1'],
  ['two proxies and a claim', proxies, '10.1.1.1', '203.0.113.9, 198.51.100.1, 192.0.2.7', '198.51.100.1'],
  [
    'two proxies and a claim to be one',
    proxies,
    '10.1.1.1',
    '10.9.9.9, 198.51.100.1, 192.0.2.7',
    '198.51.100.1',
  ],
  ['a stranger beside the proxies', proxies, '198.51.100.1', '203.0.113.9', '198.51.100.1'],
  ['a stranger who names a proxy', proxies, '198.51.100.1', '203.0.113.9, 10.1.1.1', '198.51.100.1'],
  ['a neighbour of a proxy that is one address', proxies, '192.0.2.8', '203.0.113.9', '192.0.2.8'],
  ['a proxy by IPv6', proxies, '2001:db8:aaaa::1', '2001:db8:bbbb::2', '2001:db8:bbbb::2'],
  ['a proxy in the form of IPv6', proxies, '::ffff:10.1.1.1', '198.51.100.1', '198.51.100.1'],
  ['a proxy that adds ports', proxies, '10.1.1.1', '198.51.100.1:61234', '198.51.100.1'],
  ['a proxy that adds ports to IPv6', proxies, '10.1.1.1', '[2001:db8::1]:61234', '2001:db8::1'],
  ['a proxy that knows nothing', proxies, '10.1.1.1', 'unknown', '10.1.1.1'],
  ['an empty entry', proxies, '10.1.1.1', '198.51.100.1,', '10.1.1.1'],
  ['no more than proxies', proxies, '10.1.1.1', '10.1.1.3, 10.1.1.2', '10.1.1.3'],
  ['what is no address is not passed by', proxies, '10.1.1.1', '203.0.113.9, <script>, 10.1.1.2', '10.1.1.2'],
] as const)
  test(`${what}: ${client}`, () => {
    assert.is(clientAddress(peer, forwardedFor, trustedProxies(trusted)), client)
  })

test('what is no network is refused', () => {
  for (const list of ['', 'all', '10.0.0.0/33', '10.0.0/8', '*', '10.0.0.0/8,', 'peer, 10.0.0.0/8'])
    assert.throws(() => trustedProxies(list), undefined, list)
})

test.run()
