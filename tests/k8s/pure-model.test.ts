import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { PersistentVolume } from 'kubernetes-models/v1/PersistentVolume'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { faults } from '../../k8s/checks.ts'
import { compose, composeStack } from '../../k8s/compose.ts'
import { toYaml } from '../../k8s/manifest.ts'
import { manifests } from '../../k8s/manifests.ts'
import { installers } from '../../k8s/packages.ts'
import { inLoop, type Profile, type Settings } from '../../k8s/settings.ts'
import { MAIN } from './main-stack.ts'
import { propertiesOf } from './properties.ts'
import { COMBINATIONS, DEFAULTS } from './settings-of-every-kind.ts'

const test = suite('the model')
const holds = propertiesOf(test)

function bytes(settings: Settings, profile: Profile): string {
  return [...manifests(settings, profile)]
    .map(([name, manifests]) => `${name}\n${toYaml(manifests)}`)
    .join('')
}

for (const { title, settings, profile } of COMBINATIONS) {
  holds(title, 'the same settings give the same bytes', () => {
    const { stack, ...rest } = settings
    assert.is(bytes({ ...structuredClone(rest), stack }, profile), bytes(settings, profile))
  })

  holds(title, 'settings are only read', () => {
    const frozen = Object.freeze({ ...settings, own: Object.freeze({ ...settings.own }) })
    assert.not.throws(() => bytes(frozen, profile))
  })

  holds(title, 'each object satisfies its schema', () => {
    for (const manifest of [...manifests(settings, profile).values()].flat()) manifest.validate()
  })

  holds(title, 'no reference leads nowhere', () => {
    assert.equal(faults(manifests(settings, profile), settings), [])
  })

  holds(title, 'nothing is rendered whose deletion would take data', () => {
    const data = new Set(['Namespace', 'PersistentVolumeClaim', 'PersistentVolume', 'Secret'])
    const rendered = [...manifests(settings, profile)].flatMap(([file, objects]) =>
      objects.filter(({ kind }) => data.has(kind)).map(({ kind }) => `${file} ${kind}`),
    )
    // One volume is this checkout, whose files a node shows and a cluster never deletes; the others hold packages.
    const sources = ['sources PersistentVolume', 'sources PersistentVolumeClaim']
    const packages = installers(settings).map(({ name }) => `${name} PersistentVolumeClaim`)
    const mounted = profile === 'dev' ? sources : []
    assert.equal(rendered, [...mounted, ...(inLoop(profile) ? packages : [])])
    for (const volume of manifests(settings, profile).get('sources') ?? [])
      if (volume.kind === 'PersistentVolume')
        assert.is((volume as PersistentVolume).spec?.persistentVolumeReclaimPolicy, 'Retain')
  })
}

/** A value as text in which the order of a list does not show. */
function unordered(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(unordered).sort().join()}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? ''
  const fields = Object.entries(value).map(([name, field]) => `${name}:${unordered(field)}`)
  return `{${fields.sort().join()}}`
}

test('the order in which services are told changes nothing, though they call one another in circles', () => {
  const services = Object.fromEntries(Object.entries(MAIN.services).toReversed())
  const images = { tag: 'v1', registry: '' }
  const made = (settings: Settings) => {
    const files = compose(composeStack(settings, images), settings, images, { program: '', checkout: '.' })
    const containers: Record<string, { depends_on?: object }> = parse(
      files.get('compose.yaml') ?? '',
    ).services
    return {
      // In the loop, what installs packages for several bears the name of the first.
      objects: (['run', 'remote'] as const).map((profile) =>
        unordered([...manifests(settings, profile).values()].flat().map((manifest) => manifest.toJSON())),
      ),
      waits: Object.entries(containers)
        .map(([name, { depends_on }]) => `${name}: ${unordered(depends_on ?? {})}`)
        .sort(),
    }
  }
  assert.equal(made({ ...DEFAULTS, stack: { ...MAIN, services } }), made(DEFAULTS))
})

test('the model asks neither the clock nor chance nor its process', () => {
  const forbidden = (): never => {
    throw new Error('the model is a function of its settings alone')
  }
  const kept = { now: Date.now, random: Math.random, env: process.env, cwd: process.cwd }
  Date.now = forbidden
  Math.random = forbidden
  process.cwd = forbidden
  process.env = new Proxy({}, { get: forbidden, has: forbidden, ownKeys: forbidden })
  try {
    for (const { settings, profile } of COMBINATIONS) bytes(settings, profile)
  } finally {
    Date.now = kept.now
    Math.random = kept.random
    process.cwd = kept.cwd
    process.env = kept.env
  }
})

test('nothing that reads or writes is within reach of the model', () => {
  const reached = new Set<string>()
  const follow = (file: URL) => {
    for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(
      /(?:from |import |load\(\s*)'([^']+)'/g,
    )) {
      const next = name.startsWith('.') ? new URL(name, file) : undefined
      const id = next ? fileURLToPath(next) : name
      if (reached.has(id)) continue
      reached.add(id)
      if (next) follow(next)
    }
  }
  for (const entry of [
    'manifests.ts',
    'checks.ts',
    'secret-keys.ts',
    'settings.ts',
    'manifest.ts',
    'compose.ts',
    'helm/chart.ts',
  ])
    follow(new URL(`../../k8s/${entry}`, import.meta.url))
  follow(new URL('../../stack/stack.ts', import.meta.url))
  const ours = ['k8s', 'stack', 'lib/runtimes'].map((room) =>
    fileURLToPath(new URL(`../../${room}/`, import.meta.url)),
  )
  const allowed = /^(node:crypto|node:module|yaml|zod|@kubernetes-models\/base|kubernetes-models\/.+)$/
  assert.equal(
    [...reached].filter((id) => !ours.some((room) => id.startsWith(room)) && !allowed.test(id)),
    [],
  )
  assert.ok(reached.has(`${ours[0]}services.ts`))
})

test.run()
