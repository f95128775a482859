import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { faults } from '../../k8s/checks.ts'
import { compose, composeStack } from '../../k8s/compose.ts'
import { chart } from '../../k8s/helm/chart.ts'
import { toYaml } from '../../k8s/manifest.ts'
import { manifests } from '../../k8s/manifests.ts'
import { labels, namesOf } from '../../k8s/names.ts'
import { PROFILES, type Profile } from '../../k8s/settings.ts'
import { SMOKE } from '../../k8s/smoke.ts'
import { planSecrets } from '../../lib/secrets/plan.ts'
import { MAIN } from './main-stack.ts'
import { propertiesOf } from './properties.ts'
import { mayConnect } from './reach.ts'
import { SHOP, SHOP_DEFAULTS } from './shop-stack.ts'

const test = suite('a stack without a database')
const holds = propertiesOf(test)
const SURROUNDINGS = { program: 'export const travel = async () => {}', checkout: '../..' }
const IMAGES = { tag: 'v1', registry: '' }

/** What only the main stack knows. */
const FOREIGN = new RegExp(
  // Of an Ingress, `backend` is a field.
  `\\b(?!backend:)(${[MAIN.name, ...Object.keys(MAIN.services), ...Object.keys(MAIN.secrets), 'sql', 'PG\\w+'].join('|')})\\b`,
)

function text(profile: Profile): string {
  return [...manifests(SHOP_DEFAULTS, profile).values()].map(toYaml).join('---\n')
}

for (const profile of PROFILES) {
  holds(profile, 'each object satisfies its schema, and no reference leads nowhere', () => {
    const all = manifests(SHOP_DEFAULTS, profile)
    for (const manifest of [...all.values()].flat()) manifest.validate()
    assert.equal(faults(all, SHOP_DEFAULTS), [])
  })

  holds(profile, 'nothing of the main stack is in it', () => {
    assert.equal(text(profile).match(FOREIGN), null)
  })

  holds(profile, 'a pod connects to those that it calls, and to nobody else', () => {
    const policies = (manifests(SHOP_DEFAULTS, profile).get('network') ?? []).map(
      (policy) => policy.toJSON() as INetworkPolicy,
    )
    const { namespace } = namesOf(SHOP)
    const end = (name: string) => ({ namespace, labels: labels(SHOP, name, 'any') })
    const ports = Object.entries(SHOP.services).map(([name, { port }]) => ({ name, port }))
    const arrows = [...ports.map(({ name }) => name), SMOKE].flatMap((from) =>
      ports
        .filter(({ name }) => name !== from)
        .filter(({ name, port }) => mayConnect(policies, end(from), end(name), { protocol: 'TCP', port }))
        .map(({ name }) => `${from} → ${name}`),
    )
    assert.equal(arrows.sort(), ['api → cache', 'smoke → api', 'smoke → cache', 'smoke → web', 'web → api'])
  })
}

test('its chart has no value, template or sentence of the main one', () => {
  const source = { version: '1.0.0', program: '', initScripts: {} }
  const all = [...chart(SHOP, source)].map(([path, content]) => `${path}\n${content}`).join('\n')
  assert.equal(all.match(FOREIGN), null)
  // Nothing in the cache is closed by the password: a lost one is made anew.
  assert.not.match(all, /that opens it/)
})

test('its Compose file asks each container in a way that its image has, and hides no dollar from it', () => {
  const files = compose(composeStack(SHOP_DEFAULTS, IMAGES), SHOP_DEFAULTS, IMAGES, SURROUNDINGS)
  const { services } = parse(files.get('compose.yaml') ?? '') as {
    services: Record<string, { healthcheck?: { test: string[] } }>
  }
  const words = (name: string) => services[name]?.healthcheck?.test.slice(1, 3)
  assert.equal(words('api'), ['/bin/ask', 'http://127.0.0.1:8080/readyz'])
  assert.equal(words('web')?.[0], 'node')
  assert.match(services.cache?.healthcheck?.test.at(-1) ?? '', /=\$\$\(cat /)
})

test('its password is generated once, and what follows from it follows', () => {
  const values = new Set<string>()
  const plan = (existing: Record<string, string>) =>
    planSecrets(SHOP_DEFAULTS, {}, { existing, dataExists: true }, () => {
      values.add(`made-${values.size}`)
      return [...values].at(-1) ?? ''
    })
  const first = plan({})
  assert.equal(first.problems, [])
  assert.equal(first.values, {
    CACHE_PASSWORD: 'made-0',
    CACHE_URL: 'redis://:made-0@cache:6379/0',
    CACHE_CONFIGURATION: 'requirepass made-0',
  })
  assert.equal(plan(first.values).changed, [])
})

test.run()
