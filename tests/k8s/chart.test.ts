import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { fileSchema } from '../../k8s/file-schema.ts'
import { valuesSchema } from '../../k8s/helm/values.ts'
import { type Checkout, checkout } from '../hooks/checkout.ts'
import { MAIN } from './main-stack.ts'

const test = suite('the Helm chart')
const CHART = fileURLToPath(new URL('../../helm/todo/', import.meta.url))
let here: Checkout

test.before.each(async () => {
  here = await checkout()
})
test.after.each(() => here.remove())

/** The contents of a folder's files, by their paths. */
async function contents(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
  const texts = files.sort().map(async (file) => [relative(folder, file), await readFile(file, 'utf8')])
  return Object.fromEntries(await Promise.all(texts))
}

/** The paths of a tree's leaves, like `image.tag`. */
function leaves(tree: object, above = ''): string[] {
  return Object.entries(tree).flatMap(([name, value]) =>
    typeof value === 'object' ? leaves(value, `${above}${name}.`) : [above + name],
  )
}

test('is what the model renders', async () => {
  const { exitCode, stderr } = await here.run('render', ['--format', 'helm'])
  assert.is(exitCode, 0, stderr)
  const [rendered, committed] = [await contents(join(here.folder, 'helm/todo')), await contents(CHART)]
  const cure = 'npm run render -- --format helm, and commit the difference'
  assert.equal(Object.keys(committed), Object.keys(rendered), cure)
  for (const [path, text] of Object.entries(rendered)) assert.fixture(committed[path] ?? '', text, cure)
})

test('no setting of a developer changes it', async () => {
  await here.settings({ REPLICAS: '7', EXPOSE: 'internal', LOG_LEVEL: 'debug', NETWORK_POLICIES: 'off' })
  await here.run('render', ['--format', 'helm'])
  assert.equal(await contents(join(here.folder, 'helm/todo')), await contents(CHART))
})

test('has at most 16 values, each with its sentence', async () => {
  const text = await readFile(join(CHART, 'values.yaml'), 'utf8')
  assert.ok(leaves(parse(text)).length <= 16, leaves(parse(text)).join())
  const lines = text.split('\n')
  for (const [n, line] of lines.entries())
    if (/^ *\w+: ./.test(line)) assert.match(lines[n - 1] ?? '', /^ *# .*\.$/, line)
})

test('its defaults are those of its schema, and what is for one machine is in range', async () => {
  const values = parse(await readFile(join(CHART, 'values.yaml'), 'utf8'))
  assert.equal(values, valuesSchema(MAIN).parse({}))
  valuesSchema(MAIN).parse(parse(await readFile(join(CHART, 'values-local.yaml'), 'utf8')))
})

test('its schema is closed: neither a misspelt value nor a secret is let in', async () => {
  interface Schema {
    type: string
    additionalProperties?: boolean
    properties?: Record<string, Schema>
  }
  const closed = (schema: Schema): boolean =>
    schema.type !== 'object' ||
    (schema.additionalProperties === false && Object.values(schema.properties ?? {}).every(closed))
  const schema = JSON.parse(await readFile(join(CHART, 'values.schema.json'), 'utf8')) as Schema
  assert.ok(closed(schema))
  assert.not.match(
    leaves(parse(await readFile(join(CHART, 'values.yaml'), 'utf8'))).join(),
    /password|key|url$/,
  )
})

test('the settings become its values, and no secret among them', async () => {
  await here.settings({
    DATABASE_URL: 'postgresql://todo:given-to-a-test@db.example/todo',
    OPENAI_BASE_URL: 'https://models.example/v1',
    OPENAI_MODEL: 'small',
    OPENAI_API_KEY: 'given-to-a-test',
    EXPOSE: 'ingress',
    PUBLIC_URL: 'https://todo.example.com',
    REPLICAS: '3',
    AUTOSCALE_UP_TO: '6',
    CPU_LIMIT: '500m',
    NETWORK_POLICIES: 'off',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector.example:4318',
    REMINDERS: 'off',
  })
  const { exitCode, stderr } = await here.run('render', ['--format', 'helm-values'])
  assert.is(exitCode, 0, stderr)
  const text = await readFile(join(here.folder, 'dist/helm/values.yaml'), 'utf8')
  assert.not.match(text, 'given-to-a-test')
  assert.equal(parse(text), {
    logLevel: 'info',
    expose: 'ingress',
    publicUrl: 'https://todo.example.com',
    replicas: 3,
    autoscaleUpTo: 6,
    limits: { cpu: '500m', memory: '512Mi' },
    networkPolicies: false,
    otlpEndpoint: 'http://collector.example:4318',
    reminders: false,
    postgres: { storage: '' },
    assistant: { baseUrl: 'https://models.example/v1', model: 'small' },
    existingSecret: 'todo-secrets',
  })
  valuesSchema(MAIN).parse(parse(text))
})

test('a setting is one of its values, or a secret, or nothing to a release', () => {
  const known = {
    values: `LOG_LEVEL EXPOSE PUBLIC_URL REPLICAS AUTOSCALE_UP_TO CPU_LIMIT MEMORY_LIMIT NETWORK_POLICIES REMINDERS
      OTEL_EXPORTER_OTLP_ENDPOINT STORAGE_SIZE DATABASE_URL OPENAI_BASE_URL OPENAI_MODEL`,
    secrets:
      'POSTGRES_PASSWORD BETTER_AUTH_SECRET SMOKE_PASSWORD VAPID_PRIVATE_KEY OPENAI_API_KEY SECRETS_FROM_ENV',
    ofThisMachine: 'KUBE_CONTEXT PORT_OFFSET NOTIFICATIONS RELOADERS',
    impliedInARelease:
      'TRUSTED_PROXIES MODEL_PATIENCE TOKENS_A_DAY OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT',
  }
  const names = Object.values(known).flatMap((list) => list.split(/\s+/))
  assert.equal(
    Object.keys(fileSchema(MAIN).shape).sort(),
    names.sort(),
    'what becomes of a new one in helm/todo?',
  )
})

test('without settings, its values are the defaults', async () => {
  await here.run('render', ['--format', 'helm-values'])
  const { image, ...defaults } = valuesSchema(MAIN).parse({})
  assert.equal(parse(await readFile(join(here.folder, 'dist/helm/values.yaml'), 'utf8')), defaults)
})

test('the scripts of apps/database/init are part of it, and their braces are not taken for its own', async () => {
  await mkdir(join(here.folder, 'apps/database/init'), { recursive: true })
  await writeFile(
    join(here.folder, 'apps/database/init/seed.sql'),
    "SELECT '{{ .Values.replicas }}';\nSELECT 2;\n",
  )
  await here.run('render', ['--format', 'helm'])
  const template = await readFile(join(here.folder, 'helm/todo/templates/postgres.yaml'), 'utf8')
  assert.match(template, `SELECT '{{ "{{" }} .Values.replicas }}';`)
})

test.run()
