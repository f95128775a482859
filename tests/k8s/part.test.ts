import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { faults } from '../../k8s/checks.ts'
import { manifests } from '../../k8s/manifests.ts'
import { canTravel, leftOutBy, withCalled } from '../../k8s/part.ts'
import { programs, stores } from '../../k8s/services.ts'
import type { Settings } from '../../k8s/settings.ts'
import { DEFAULTS } from './settings-of-every-kind.ts'
import { SHOP_DEFAULTS } from './shop-stack.ts'

const test = suite('a part of a stack')
const BOTH = [DEFAULTS, SHOP_DEFAULTS]

const only = (settings: Settings, names: string): Settings => ({
  ...settings,
  leftOut: leftOutBy(settings.stack, names),
})

test('is what was asked for, all that it calls, and what makes its tables, though calls go in circles', () => {
  const { stack } = DEFAULTS
  assert.equal([...withCalled(stack, ['assistant-stub'])], ['assistant-stub'])
  assert.equal(withCalled(stack, ['mcp']).size, Object.keys(stack.services).length)
  assert.equal(leftOutBy(stack, undefined), [])
  assert.equal([...withCalled(SHOP_DEFAULTS.stack, ['api'])].sort(), ['api', 'cache'])
})

test('has nothing but that in the cluster, and no fault by its being left out', () => {
  for (const settings of BOTH)
    for (const name of Object.keys(settings.stack.services)) {
      const part = only(settings, name)
      const there = [...programs(part), ...stores(part)].map((service) => service.name)
      assert.equal(there.sort(), [...withCalled(settings.stack, [name])].sort())
      const objects = manifests(part, 'dev')
      for (const left of part.leftOut) assert.not.ok(objects.has(left))
      assert.equal(faults(objects, part), [], name)
    }
})

test('is walked through where all of the journey is there', () => {
  assert.ok(canTravel(DEFAULTS))
  assert.ok(canTravel(only(DEFAULTS, 'backend')))
  assert.not.ok(canTravel(only(DEFAULTS, 'assistant-stub')))
})

test.run()
