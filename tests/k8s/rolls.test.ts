import type { IPodTemplateSpec } from 'kubernetes-models/v1/PodTemplateSpec'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { compose, composeStack } from '../../k8s/compose.ts'
import { manifests } from '../../k8s/manifests.ts'
import { readers } from '../../k8s/secret-keys.ts'
import { programs } from '../../k8s/services.ts'
import { PROFILES, type Profile, type Settings } from '../../k8s/settings.ts'
import { MAIN } from './main-stack.ts'
import { DEFAULTS, settingsOf } from './settings-of-every-kind.ts'

const test = suite('what rolls at a change')

/** Names of the services whose description is not the same in both. */
function different(one: Record<string, unknown>, other: Record<string, unknown>): string[] {
  return Object.keys(one).filter((name) => JSON.stringify(one[name]) !== JSON.stringify(other[name]))
}

/** Of Deployments and StatefulSets, by name: a cluster makes new pods where one is another. */
function templates(settings: Settings, profile: Profile): Record<string, IPodTemplateSpec> {
  const all = [...manifests(settings, profile).values()].flat()
  return Object.fromEntries(
    all.flatMap((manifest) => {
      const { metadata, spec } = manifest.toJSON() as {
        metadata: { name: string }
        spec?: { template?: IPodTemplateSpec }
      }
      return spec?.template ? [[metadata.name, spec.template]] : []
    }),
  )
}

/** Of a Compose file: an engine makes a container anew where one is another. */
function containers(settings: Settings): Record<string, unknown> {
  const images = { tag: 'v1', registry: '' }
  const surroundings = { program: '', checkout: '.' }
  const text = compose(composeStack(settings, images), settings, images, surroundings).get('compose.yaml')
  return (parse(text ?? '') as { services: Record<string, unknown> }).services
}

/** The same settings where one plain variable has another value. */
function changed(key: string): Settings {
  const stack = { ...MAIN, configuration: { ...MAIN.configuration, [key]: () => 'http://another.example' } }
  return { ...DEFAULTS, stack }
}

test('a value of the ConfigMap rolls who reads it, and nobody else', () => {
  for (const key of Object.keys(MAIN.configuration)) {
    const reading = programs(DEFAULTS)
      .filter(({ config }) => config.includes(key))
      .map(({ name }) => name)
    for (const profile of PROFILES)
      assert.equal(
        different(templates(DEFAULTS, profile), templates(changed(key), profile)).sort(),
        [...reading].sort(),
        `${key} in ${profile}`,
      )
    const made = different(containers(DEFAULTS), containers(changed(key)))
    assert.equal(made.filter((name) => !name.endsWith('-migrate')).sort(), [...reading].sort(), key)
  }
})

test('a line of .env.local rolls what it is for', () => {
  const model = {
    OPENAI_BASE_URL: 'https://models.example/v1',
    OPENAI_MODEL: 'small',
    OPENAI_API_KEY: 'from-a-test',
  }
  const rolled = (line: Record<string, string>, before: Record<string, string> = model) =>
    different(templates(settingsOf(before), 'dev'), templates(settingsOf({ ...before, ...line }), 'dev'))
  assert.equal(rolled({ TOKENS_A_DAY: '7' }), ['backend'])
  assert.equal(rolled({ TOKENS_A_DAY: '7' }, {}), [], 'the stand-in costs nothing')
  assert.equal(rolled({ MODEL_PATIENCE: '7' }), ['backend'])
  assert.equal(rolled({ TRUSTED_PROXIES: '10.0.0.0/8' }), ['frontend'])
  assert.equal(rolled({ STORAGE_SIZE: '2Gi', NETWORK_POLICIES: 'off', KUBE_CONTEXT: 'lab' }), [])
  assert.equal(rolled({ LOG_LEVEL: 'debug' }), ['frontend', 'mcp', 'backend'])
})

test('a value of the Secret rolls the programs that have it in their pods', () => {
  const settings = settingsOf({
    OPENAI_BASE_URL: 'https://models.example/v1',
    OPENAI_MODEL: 'small',
    OPENAI_API_KEY: 'from-a-test',
  })
  const pods = Object.entries(templates(settings, 'run')).filter(([name]) => name !== MAIN.database?.service)
  for (const key of Object.keys(MAIN.secrets)) {
    const having = pods.filter(([, { spec }]) =>
      spec?.volumes?.some(({ secret }) => secret?.items?.some((item) => item.key === key)),
    )
    assert.equal([...readers(settings, [key])].sort(), having.map(([name]) => name).sort(), key)
  }
  assert.equal(readers(settings, ['OPENAI_API_KEY']), ['backend'])
  assert.equal(readers(settings, ['POSTGRES_PASSWORD']), [], 'it keeps what it was made with')
  assert.equal(readers(settings, ['BETTER_AUTH_SECRET', 'SMOKE_PASSWORD']), ['frontend'])
})

test('a store that is no database starts again with its new password', () => {
  const { postgres } = MAIN.services
  if (!postgres) throw new Error('there is no database')
  const cache = { ...postgres, secrets: ['SMOKE_PASSWORD'] }
  const settings = { ...DEFAULTS, stack: { ...MAIN, services: { ...MAIN.services, cache } } }
  assert.equal(readers(settings, ['SMOKE_PASSWORD']), ['cache'])
})

test.run()
