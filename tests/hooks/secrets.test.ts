import { randomBytes } from 'node:crypto'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Checkout, checkout, type Ended } from './checkout.ts'
import * as cluster from './clusters.ts'

const test = suite('hooks/secrets.ts')
const random = () => randomBytes(24).toString('base64url')
const GENERATED = [
  'POSTGRES_PASSWORD',
  'DATABASE_URL',
  'BETTER_AUTH_SECRET',
  'SMOKE_PASSWORD',
  'VAPID_PRIVATE_KEY',
]
const APPLY = 'apply --server-side --force-conflicts --field-manager=todo-secrets -f -'
/** @param services who reads what is new */
const restart = (services: string) =>
  `rollout restart deployment,statefulset --namespace=todo --selector=app.kubernetes.io/part-of=todo,app.kubernetes.io/name in (${services})`
let here: Checkout

test.before.each(async () => {
  here = await checkout()
})
test.after.each(() => here.remove())

interface Applied {
  kind: string
  metadata: { name: string; namespace?: string; labels: Record<string, string> }
  stringData?: Record<string, string>
}

/** Runs the hook on a cluster that keeps what it is given. */
async function secrets(args: string[] = [], env: Record<string, string> = {}): Promise<Ended> {
  const ended = await here.run('secrets', args, env)
  await nothingIsShown(ended)
  await here.kubectl.keepApplied()
  return ended
}

/** No value of a Secret, in any spelling, shows in a command line, on a terminal or in a log. */
async function nothingIsShown({ stdout, stderr }: Ended): Promise<void> {
  const calls = await here.kubectl.calls()
  const shown = [...calls.map(({ words }) => words), stdout, stderr, await here.logs()].join('\n')
  const values = calls
    .filter(({ words }) => words.startsWith('apply '))
    .flatMap(({ stdin }) => Object.values((JSON.parse(stdin) as Applied).stringData ?? {}))
  for (const value of values)
    for (const spelling of [value, encodeURIComponent(value), Buffer.from(value).toString('base64')])
      assert.not.ok(shown.includes(spelling), 'a secret value was shown')
}

/** What changed the cluster since the last time of asking. */
async function changes() {
  const all = (await here.kubectl.calls()).filter(({ words }) => !words.startsWith('get '))
  const fresh = all.slice(seen.get(here) ?? 0)
  seen.set(here, all.length)
  return fresh
}
const seen = new WeakMap<Checkout, number>()

async function applied(): Promise<Applied[]> {
  return (await changes()).filter(({ words }) => words === APPLY).map(({ stdin }) => JSON.parse(stdin))
}

async function appliedValues(): Promise<Record<string, string>> {
  return (await applied()).at(-1)?.stringData ?? {}
}

test('the first run makes the namespace, then the Secret, through standard input', async () => {
  const { exitCode, stdout, stderr } = await secrets()
  assert.is(stderr, '')
  assert.is(exitCode, 0)
  assert.is(stdout, `secrets: set ${GENERATED.join(', ')}\n`)
  const calls = await changes()
  assert.equal(
    calls.map(({ context, words }) => [context, words]),
    [
      ['minikube', APPLY],
      ['minikube', APPLY],
    ],
  )
  const [namespace, secret] = calls.map(({ stdin }) => JSON.parse(stdin) as Applied)
  assert.equal([namespace?.kind, namespace?.metadata.name], ['Namespace', 'todo'])
  assert.is(namespace?.metadata.labels['pod-security.kubernetes.io/enforce'], 'restricted')
  assert.equal(
    [secret?.kind, secret?.metadata.name, secret?.metadata.namespace],
    ['Secret', 'todo-secrets', 'todo'],
  )
  assert.equal(Object.keys(secret?.stringData ?? {}), GENERATED)
  const { DATABASE_URL = '', ...generated } = secret?.stringData ?? {}
  assert.is(new Set(Object.values(generated)).size, 4)
  for (const value of Object.values(generated)) assert.ok(Buffer.from(value, 'base64url').length >= 32)
  assert.is(DATABASE_URL, `postgresql://todo:${generated.POSTGRES_PASSWORD}@postgres:5432/todo`)
})

test('the second run writes nothing', async () => {
  await secrets()
  await changes()
  await here.kubectl.answer(cluster.DATA)
  assert.equal(await secrets(), { exitCode: 0, stdout: 'secrets: nothing to do\n', stderr: '' })
  assert.equal(await changes(), [])
})

test('two clusters do not get the same values', async () => {
  await secrets()
  const first = await appliedValues()
  await here.kubectl.answer({ 'get secret todo-secrets': {} })
  await secrets()
  const second = await appliedValues()
  for (const name of GENERATED) assert.is.not(first[name], second[name])
})

test('given values are taken as they are, from the file and from the environment it names', async () => {
  const file = { SMOKE_PASSWORD: random(), POSTGRES_PASSWORD: `${random()}/@:'$&` }
  const environment = { BETTER_AUTH_SECRET: random() }
  await here.settings({
    ...file,
    POSTGRES_PASSWORD: `"${file.POSTGRES_PASSWORD}"`,
    SECRETS_FROM_ENV: 'BETTER_AUTH_SECRET',
  })
  assert.is((await secrets([], environment)).exitCode, 0)
  const { DATABASE_URL = '', VAPID_PRIVATE_KEY: _, ...values } = await appliedValues()
  assert.equal(values, { ...file, ...environment })
  assert.is(decodeURIComponent(new URL(DATABASE_URL).password), file.POSTGRES_PASSWORD)
})

test('a changed given value updates the Secret, and the pods that read it start again', async () => {
  await here.settings({ DATABASE_URL: `postgresql://todo:${random()}@db.example/todo` })
  await secrets()
  const before = await appliedValues()
  const url = `postgresql://todo:${random()}@db.example/todo`
  await here.settings({ DATABASE_URL: url })
  const { stdout } = await secrets()
  assert.is(stdout, 'secrets: set DATABASE_URL\n')
  const calls = await changes()
  assert.equal(
    calls.map(({ words }) => words),
    [APPLY, restart('frontend,mcp,backend')],
  )
  assert.equal(JSON.parse(calls[0]?.stdin ?? '').stringData, { ...before, DATABASE_URL: url })
})

test('a key that the settings newly ask for is added, and the others stay', async () => {
  await secrets()
  const before = await appliedValues()
  const model = {
    OPENAI_BASE_URL: 'https://models.example/v1',
    OPENAI_MODEL: 'small',
    OPENAI_API_KEY: random(),
  }
  await here.settings(model)
  await secrets()
  assert.equal(await appliedValues(), { ...before, OPENAI_API_KEY: model.OPENAI_API_KEY })
})

test('an external database can be tried with secrets of its own, and taken back', async () => {
  await secrets()
  const before = await appliedValues()
  await here.kubectl.answer(cluster.DATA)
  await here.settings({
    DATABASE_URL: 'postgresql://todo@db.example/todo',
    BETTER_AUTH_SECRET: random(),
    REMINDERS: 'off',
  })
  assert.is((await secrets()).stdout, 'secrets: set DATABASE_URL, BETTER_AUTH_SECRET\n')
  await here.settings({})
  assert.is((await secrets()).stdout, 'secrets: set DATABASE_URL, BETTER_AUTH_SECRET\n')
  const after = await appliedValues()
  for (const name of GENERATED) assert.is(after[name], before[name], name)
})

test('a Secret made by hand without what the database was made with is refused, and left alone', async () => {
  await here.kubectl.answer({
    ...cluster.namespace('Active'),
    ...cluster.DATA,
    ...cluster.secret({ SMOKE_PASSWORD: random() }),
  })
  const { exitCode, stdout, stderr } = await secrets()
  assert.is(exitCode, 1)
  assert.is(stdout, '')
  assert.match(stderr, '✗ POSTGRES_PASSWORD is missing from the Secret, but there is a database from before')
  assert.match(stderr, 'BETTER_AUTH_SECRET is missing from the Secret')
  assert.match(
    stderr,
    '→ add the old one to .env.local: POSTGRES_PASSWORD=… — or start with an empty database',
  )
  assert.equal(await changes(), [])
})

test("a given password that is not the database's is refused, and quoted nowhere", async () => {
  await secrets()
  await changes()
  await here.kubectl.answer(cluster.DATA)
  const POSTGRES_PASSWORD = random()
  await here.settings({ POSTGRES_PASSWORD })
  const { exitCode, stderr } = await secrets()
  assert.is(exitCode, 1)
  assert.match(stderr, 'POSTGRES_PASSWORD in .env.local is not the one the database was made with')
  assert.not.match(stderr + (await here.logs()), POSTGRES_PASSWORD)
  assert.equal(await changes(), [])
})

test('a broken .env.local is refused before anything is asked, its values untold', async () => {
  const OPENAI_API_KEY = random()
  await here.settings({ OPENAI_API_KEY })
  const { exitCode, stderr } = await secrets()
  assert.is(exitCode, 1)
  assert.match(stderr, 'OPENAI_API_KEY is set, but OPENAI_BASE_URL and OPENAI_MODEL are not')
  assert.not.match(stderr, OPENAI_API_KEY)
  assert.equal(await here.kubectl.calls(), [])
})

test('--check says what is missing, ends with 1 and changes nothing; then 0', async () => {
  const before = await secrets(['--check'])
  assert.is(before.exitCode, 1)
  assert.is(before.stdout, `missing or outdated: ${GENERATED.join(', ')}\n`)
  assert.equal(await changes(), [])
  await secrets()
  await changes()
  assert.equal(await secrets(['--check']), { exitCode: 0, stdout: 'the Secret is complete\n', stderr: '' })
  assert.equal(await changes(), [])
})

for (const [key, sql, changed, services] of [
  [
    'POSTGRES_PASSWORD',
    /^ALTER ROLE todo PASSWORD '([^']+)';$/,
    ['POSTGRES_PASSWORD', 'DATABASE_URL'],
    'frontend,mcp,backend',
  ],
  ['BETTER_AUTH_SECRET', /^DELETE FROM auth\.jwks;$/, ['BETTER_AUTH_SECRET'], 'frontend'],
  ['SMOKE_PASSWORD', /^DELETE FROM auth\."user" WHERE email = '.+';$/, ['SMOKE_PASSWORD'], ''],
  ['VAPID_PRIVATE_KEY', /^DELETE FROM public\.push_subscriptions;$/, ['VAPID_PRIVATE_KEY'], 'backend'],
] as const)
  test(`--rotate ${key} changes the database, then the Secret, then restarts the pods that read it`, async () => {
    await secrets()
    const before = await appliedValues()
    await here.kubectl.answer(cluster.DATA)
    const { exitCode, stdout } = await secrets(['--rotate', key])
    assert.is(exitCode, 0)
    const follow = services ? `${services.replaceAll(',', ', ')} restart` : 'no pod has to restart'
    assert.is(stdout, `secrets: ${key} is new, ${follow}\n`)
    const [exec, apply, ...more] = await changes()
    assert.match(
      exec?.words ?? '',
      /^exec --stdin --namespace=todo statefulset\/postgres -- psql .*ON_ERROR_STOP=1/,
    )
    assert.equal(
      [apply, ...more].map((call) => call?.words),
      [APPLY, ...(services ? [restart(services)] : [])],
    )
    const after: Record<string, string> = JSON.parse(apply?.stdin ?? '').stringData
    assert.equal(
      GENERATED.filter((name) => after[name] !== before[name]),
      changed,
    )
    const [, password] =
      sql.exec(exec?.stdin ?? '') ?? assert.unreachable(`${exec?.stdin} is not ${sql}`) ?? []
    if (key === 'POSTGRES_PASSWORD') assert.is(password, after.POSTGRES_PASSWORD)
  })

test('a rotation that the database refuses leaves the Secret as it was', async () => {
  await secrets()
  await changes()
  await here.kubectl.answer({ 'exec ': { exitCode: 1, stderr: 'error: pod postgres-0 is not running\n' } })
  const { exitCode, stderr } = await secrets(['--rotate', 'BETTER_AUTH_SECRET'])
  assert.is(exitCode, 1)
  assert.match(stderr, /✗ kubectl exec failed: error: pod postgres-0 is not running\n {2}→ npm run gate/)
  assert.equal(
    (await changes()).map(({ words }) => words.split(' ')[0]),
    ['exec'],
  )
})

test('--rotate refuses what it cannot make anew', async () => {
  const given = random()
  await here.settings({ BETTER_AUTH_SECRET: given })
  const own = await secrets(['--rotate', 'BETTER_AUTH_SECRET'])
  assert.is(own.exitCode, 1)
  assert.match(own.stderr, 'BETTER_AUTH_SECRET is given in .env.local, so it cannot be generated anew.')
  assert.not.match(own.stderr, given)

  await here.settings({ DATABASE_URL: 'postgresql://todo@db.example/todo' })
  const outside = await secrets(['--rotate', 'BETTER_AUTH_SECRET'])
  assert.is(outside.exitCode, 1)
  assert.match(outside.stderr, 'what depends on it is in the database of DATABASE_URL, outside the cluster.')
  assert.match(outside.stderr, 'run there: DELETE FROM auth.jwks;')

  await here.settings({ REMINDERS: 'off' })
  const unused = await secrets(['--rotate', 'VAPID_PRIVATE_KEY'])
  assert.is(unused.exitCode, 1)
  assert.match(unused.stderr, 'VAPID_PRIVATE_KEY is not used with these settings.')

  const unknown = await secrets(['--rotate', 'OPENAI_API_KEY'])
  assert.is(unknown.exitCode, 2)
  assert.match(
    unknown.stderr,
    '--rotate is "OPENAI_API_KEY", which is none of POSTGRES_PASSWORD, BETTER_AUTH',
  )
  assert.equal(await changes(), [])
})

test('a cluster that is gone ends it with a sentence', async () => {
  await here.kubectl.answer({ 'get ': { exitCode: 1, stderr: 'The connection to the server was refused\n' } })
  const { exitCode, stderr } = await secrets()
  assert.is(exitCode, 1)
  assert.match(stderr, /^✗ kubectl get failed: The connection to the server was refused\n {2}→ npm run gate/)
})

test.run()
