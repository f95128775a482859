import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import { parseAllDocuments, stringify } from 'yaml'
import { z } from 'zod'
import { $ } from 'zx/core'
import { page } from '../../k8s/exposure.ts'
import { EXPOSURES } from '../../k8s/file-schema.ts'
import { chart } from '../../k8s/helm/chart.ts'
import type { InitScripts } from '../../k8s/model/choices.ts'
import { type ImageSource, raw } from '../../k8s/raw.ts'
import { type Profile, parseSettings } from '../../k8s/settings.ts'
import { smokePod } from '../../k8s/smoke.ts'
import { ensureTool } from '../../lib/cluster/install.ts'
import { smokeProgram } from '../../lib/smoke/program.ts'
import { checkout } from '../hooks/checkout.ts'
import { MAIN } from '../k8s/main-stack.ts'
import { SHOP } from '../k8s/shop-stack.ts'
import { type Random, random } from '../soak/random.ts'

const test = suite('helm template')
const TOP = fileURLToPath(new URL('../../', import.meta.url))
const CHART = join(TOP, 'helm/todo')
const { path: helm } = await ensureTool('helm')
let folder: string

test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'helm-template-'))
})
test.after(() => rm(folder, { recursive: true }))

interface Manifest {
  readonly kind: string
  readonly metadata: { readonly name: string }
}

/** Runs helm without a cluster. */
function run(words: readonly string[]) {
  return $({ quiet: true, nothrow: true })`${helm} ${words}`
}

/** What Helm would send to a cluster, or the reason why it refuses to. */
async function rendered(words: readonly string[], chart = CHART): Promise<Manifest[]> {
  const { ok, stdout, stderr } = await run(['template', 'todo', chart, '--namespace', 'todo', ...words])
  if (!ok) throw new Error(stderr)
  return parseAllDocuments(stdout).flatMap((document) => {
    assert.deepEqual(document.errors, [])
    return (document.toJS() as Manifest | null) ?? []
  })
}

/** What `npm run render -- --format raw` would write. */
function manifests(
  file: Record<string, string>,
  images: ImageSource,
  profile: Profile = 'run',
  scripts: InitScripts = {},
) {
  const { settings, problems } = parseSettings(MAIN, file, {}, scripts)
  if (!settings) throw new Error(JSON.stringify(problems))
  const objects = [...raw(settings, profile, images).values()].flat()
  return JSON.parse(JSON.stringify(objects.map((object) => object.toJSON()))) as Manifest[]
}

/** In one order: Helm sorts by kind. */
function byName(objects: readonly Manifest[]) {
  return Object.fromEntries(
    objects.map((object) => [`${object.kind} ${object.metadata.name}`, object]).sort(),
  )
}

test('with default values gives the raw manifests, object for object', async () => {
  const chart = await rendered(['--skip-tests', '--set', 'image.tag=T'])
  const expected = manifests({}, { tag: 'T', registry: '' })
  assert.equal(chart.length, expected.length)
  assert.deepEqual(byName(chart), byName(expected))
})

test('with two values more gives what profile remote does', async () => {
  const values = 'image.tag=T,image.registry=registry.example,expose=internal,autoscaleUpTo=5'
  const expected = manifests({}, { tag: 'T', registry: 'registry.example' }, 'remote')
  assert.deepEqual(byName(await rendered(['--skip-tests', '--set', values])), byName(expected))
})

/** Values of a release, and how `.env.local` and the flags of `--format raw` say the same. */
function anyRelease({ pick, below }: Random) {
  const replicas = 1 + below(20)
  const [inCluster, standIn] = [pick([true, false]), pick([true, false])]
  const values = {
    image: {
      registry: pick(['', 'registry.example/team', '127.0.0.1:5000']),
      tag: pick(['v0.1.0-1c0206d', '1e3']),
    },
    logLevel: pick(['debug', 'info', 'warning', 'error']),
    expose: pick(EXPOSURES),
    publicUrl: pick([
      '',
      'http://todo.example.com:8080',
      'https://todo.example.com',
      'https://todo.localhost:8443',
    ]),
    replicas,
    autoscaleUpTo: pick([0, replicas + below(51 - replicas)]),
    limits: { cpu: pick(['1', '250m', '4']), memory: pick(['512Mi', '2Gi']) },
    networkPolicies: pick([true, false]),
    reminders: pick([true, false]),
    postgres: { storage: inCluster ? pick(['1Gi', '750Mi']) : '' },
    assistant: standIn
      ? { baseUrl: '', model: '' }
      : {
          baseUrl: 'https://models.example/v1',
          model: pick(['small', '0123', `it's "the": {{ model }} #1`]),
        },
    existingSecret: pick(['todo-secrets', 'a.secret-of-ours']),
  }
  const file = {
    LOG_LEVEL: values.logLevel,
    EXPOSE: values.expose,
    PUBLIC_URL: values.publicUrl,
    REPLICAS: String(replicas),
    AUTOSCALE_UP_TO: String(values.autoscaleUpTo),
    CPU_LIMIT: values.limits.cpu,
    MEMORY_LIMIT: values.limits.memory,
    NETWORK_POLICIES: values.networkPolicies ? 'on' : 'off',
    REMINDERS: values.reminders ? 'on' : 'off',
    DATABASE_URL: inCluster ? '' : 'postgresql://todo@db.example/todo',
    STORAGE_SIZE: values.postgres.storage ?? '',
    OPENAI_BASE_URL: values.assistant.baseUrl,
    OPENAI_MODEL: values.assistant.model,
    OPENAI_API_KEY: standIn ? '' : 'from-a-test',
  }
  return { values, file }
}

const seed = Number(process.env.TEST_SEED ?? Date.now() % 1_000_000)
const choices = random(seed)
for (let round = 1; round <= 50; round += 1)
  test(`gives the raw manifests for values of release ${round} of TEST_SEED=${seed}`, async () => {
    const { values, file } = anyRelease(choices)
    const given = join(folder, `${round}.yaml`)
    await writeFile(given, stringify(values))
    const chart = await rendered(['--skip-tests', '--values', given])
    const named = JSON.stringify(manifests(file, values.image)).replaceAll(
      '"secretName":"todo-secrets"',
      `"secretName":"${values.existingSecret}"`,
    )
    assert.deepEqual(byName(chart), byName(JSON.parse(named)), JSON.stringify(values))
  })

test('of another stack gives its raw manifests too', async () => {
  const files = chart(SHOP, { version: '1.0.0', program: '', initScripts: {} })
  for (const [path, text] of files) {
    await mkdir(dirname(join(folder, 'shop', path)), { recursive: true })
    await writeFile(join(folder, 'shop', path), text)
  }
  const words = ['--skip-tests', '--set', 'image.tag=T,expose=ingress,publicUrl=https://shop.example.com']
  const { settings } = parseSettings(SHOP, { EXPOSE: 'ingress', PUBLIC_URL: 'https://shop.example.com' }, {})
  if (!settings) throw new Error('The settings do not parse')
  const objects = [...raw(settings, 'run', { tag: 'T', registry: '' }).values()].flat()
  const expected = JSON.parse(JSON.stringify(objects)) as Manifest[]
  const made = await rendered(['--namespace', 'shop', ...words], join(folder, 'shop'))
  assert.deepEqual(byName(made), byName(expected))
})

test('gives the scripts of apps/database/init as they are', async () => {
  const here = await checkout()
  try {
    const script = `-- {{ .Values.replicas }} $1 \\ "quoted"\nSELECT '}}';\n\n\tSELECT 2;\n`
    await mkdir(join(here.folder, 'apps/database/init'), { recursive: true })
    await writeFile(join(here.folder, 'apps/database/init/seed.sql'), script)
    const { exitCode, stderr } = await here.run('render', ['--format', 'helm'])
    assert.equal(exitCode, 0, stderr)
    const chart = await rendered(['--skip-tests', '--set', 'image.tag=T'], join(here.folder, 'helm/todo'))
    const expected = manifests({}, { tag: 'T', registry: '' }, 'run', { 'seed.sql': script })
    assert.deepEqual(byName(chart), byName(expected))
  } finally {
    await here.remove()
  }
})

for (const [title, file, words] of [
  ['the stand-in model', {}, []],
  [
    'an external model',
    { OPENAI_BASE_URL: 'https://models.example/v1', OPENAI_MODEL: 'small', OPENAI_API_KEY: 'from-a-test' },
    ['--set', 'assistant.baseUrl=https://models.example/v1,assistant.model=small'],
  ],
] as const)
  test(`with ${title}, its test is the pod of our smoke test`, async () => {
    const { settings } = parseSettings(MAIN, file, {})
    if (!settings) throw new Error('The settings do not parse')
    const expected = smokePod(
      settings,
      `${page(settings).image}:T`,
      smokeProgram(join(TOP, 'stack/journey.ts')),
    ).toJSON()
    const annotations = {
      'helm.sh/hook': 'test',
      'helm.sh/hook-delete-policy': 'before-hook-creation,hook-succeeded',
      'helm.sh/hook-output-log-policy': 'hook-succeeded,hook-failed',
    }
    const [pod] = await rendered([
      '--show-only',
      'templates/tests/smoke.yaml',
      '--set',
      'image.tag=T',
      ...words,
    ])
    assert.deepEqual(pod, { ...expected, metadata: { ...expected.metadata, annotations } })
  })

test('with no Secret named, makes one of generated values that uninstalling keeps', async () => {
  const texts = z.record(z.string(), z.string())
  const Secret = z.object({ metadata: z.object({ annotations: texts }), data: texts })
  const words = ['--set', 'existingSecret=', '--show-only', 'templates/secret.yaml']
  const [one, other] = (await Promise.all([rendered(words), rendered(words)])).map(([secret]) => {
    const { metadata, data } = Secret.parse(secret)
    assert.deepEqual(metadata.annotations, { 'helm.sh/resource-policy': 'keep' })
    const decode = (value: string) => Buffer.from(value, 'base64').toString()
    return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, decode(value)]))
  })
  const names = [
    'POSTGRES_PASSWORD',
    'DATABASE_URL',
    'BETTER_AUTH_SECRET',
    'SMOKE_PASSWORD',
    'VAPID_PRIVATE_KEY',
  ]
  assert.deepEqual(Object.keys(one ?? {}), names)
  for (const name of names) assert.notEqual(one?.[name], other?.[name], name)
  assert.equal(one?.DATABASE_URL, `postgresql://todo:${one?.POSTGRES_PASSWORD}@postgres:5432/todo`)
})

for (const values of [[], ['--values', join(CHART, 'values-local.yaml')]])
  test(`helm lint --strict finds nothing wrong ${values.length > 0 ? 'for one machine' : 'with it'}`, async () => {
    const { ok, stdout } = await run(['lint', '--strict', CHART, ...values])
    assert.ok(ok, stdout)
  })

for (const [values, reason] of [
  ['replica=3', /additional properties 'replica' not allowed/],
  ['postgres.password=secret', /additional properties 'password' not allowed/],
  ['openaiApiKey=secret', /additional properties 'openaiApiKey' not allowed/],
  ['replicas=21', /'\/replicas': maximum: got 21, want 20/],
  ['autoscaleUpTo=51', /'\/autoscaleUpTo': maximum/],
  ['logLevel=loud', /'\/logLevel': value must be one of 'debug', 'info', 'warning', 'error'/],
  ['expose=everywhere', /'\/expose': value must be one of/],
  ['limits.cpu=1.5', /'\/limits\/cpu': '1.5' does not match/],
  ['limits.memory=512MB', /'\/limits\/memory'/],
  ['publicUrl=https://todo.example.com/page', /'\/publicUrl'/],
  ['assistant.baseUrl=https://user:secret@models.example,assistant.model=small', /'\/assistant\/baseUrl'/],
  ['image.tag=two words', /'\/image\/tag'/],
  ['postgres.storage=2GB', /'\/postgres\/storage'/],
  ['postgres.enabled=false', /additional properties 'enabled' not allowed/],
  ['replicas=3,autoscaleUpTo=2', /autoscaleUpTo is less than replicas, .* → raise/],
  ['expose=ingress,publicUrl=http://10.0.0.1', /publicUrl has no host name that an Ingress could go by. →/],
  [
    'expose=ingress,publicUrl=http://localhost:8080',
    /publicUrl has no host name that an Ingress could go by. →/,
  ],
  ['assistant.baseUrl=https://models.example/v1', /belong together, and one of them is missing. → set both/],
  ['assistant.model=small', /belong together, and one of them is missing. → set both/],
  ['existingSecret=,postgres.storage=', /only you know the DATABASE_URL .* → make a Secret/],
  [
    'existingSecret=,assistant.baseUrl=https://models.example,assistant.model=small',
    /OPENAI_API_KEY .* → make/,
  ],
] as const)
  test(`refuses ${values}, and says why`, async () => {
    await assert.rejects(rendered(['--set', values]), reason)
  })

test.run()
