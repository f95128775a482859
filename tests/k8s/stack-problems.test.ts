import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Service, Stack } from '../../k8s/model/stack.ts'
import { stackProblems } from '../../k8s/stack-problems.ts'
import { MAIN } from './main-stack.ts'
import { SHOP_DEFAULTS } from './shop-stack.ts'

const test = suite('what is wrong with a stack')
const SHOP = SHOP_DEFAULTS.stack
const api = SHOP.services.api as Service
const withApi = (change: object): Stack => ({
  ...SHOP,
  services: { ...SHOP.services, api: { ...api, ...change } as Service },
})

test('nothing with those that are here', () => {
  assert.equal([...stackProblems(MAIN), ...stackProblems(SHOP)], [])
})

for (const [what, stack, expected] of [
  ['a call', withApi({ calls: ['caches'] }), 'no service caches, which api names'],
  ['a secret', withApi({ secrets: ['CACHE_URI'] }), 'no secret CACHE_URI, which api names'],
  ['a variable', withApi({ config: ['LEVEL'] }), 'no variable LEVEL, which api names'],
  ['who migrates', withApi({ migratedBy: 'apis' }), 'no service apis, which api names'],
  [
    'the journey',
    { ...SHOP, journey: { ...SHOP.journey, image: 'page' } },
    'no service page, which the journey names',
  ],
  ['its own name', { ...SHOP, name: 'My Shop' }, 'Nothing in a cluster can be called My Shop'],
] as const)
  test(`a wrong name is told: ${what}`, () => {
    assert.match(
      stackProblems(stack)
        .map(({ message }) => message)
        .join(),
      expected,
    )
  })

test.run()
