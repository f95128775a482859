import { randomBytes } from 'node:crypto'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { SecretValues } from '../../k8s/settings.ts'
import { planSecrets, type SecretState } from '../../lib/secrets/plan.ts'
import { rotationSql } from '../../lib/secrets/rotation.ts'
import { MAIN } from '../k8s/main-stack.ts'
import { DEFAULTS, settingsOf } from '../k8s/settings-of-every-kind.ts'

const test = suite('the plan of the Secret')
const secret = () => randomBytes(24).toString('base64url')

const MODEL = settingsOf({
  OPENAI_BASE_URL: 'https://models.example/v1',
  OPENAI_MODEL: 'small',
  OPENAI_API_KEY: secret(),
})
const EXTERNAL = settingsOf({ DATABASE_URL: 'postgresql://todo@db.example/todo' })
const OWN: SecretValues = {
  POSTGRES_PASSWORD: 'old-password',
  DATABASE_URL: 'postgresql://todo:old-password@postgres:5432/todo',
  BETTER_AUTH_SECRET: secret(),
  SMOKE_PASSWORD: secret(),
  VAPID_PRIVATE_KEY: secret(),
}
const NOTHING: SecretState = { existing: {}, dataExists: false }
const RUNNING: SecretState = { existing: OWN, dataExists: true }

/** @returns the plan, and how often a value was generated for it: the values are new-1, new-2, … */
function plan(given: SecretValues, circumstances: SecretState, settings = DEFAULTS) {
  let generated = 0
  return { ...planSecrets(settings, given, circumstances, () => `new-${++generated}`), generated }
}

test('the first time, everything is generated, each value for itself', () => {
  const { values, changed, problems } = plan({}, NOTHING)
  assert.equal(values, {
    POSTGRES_PASSWORD: 'new-1',
    DATABASE_URL: 'postgresql://todo:new-1@postgres:5432/todo',
    BETTER_AUTH_SECRET: 'new-2',
    SMOKE_PASSWORD: 'new-3',
    VAPID_PRIVATE_KEY: 'new-4',
  })
  assert.equal(changed, Object.keys(values))
  assert.equal(problems, [])
})

test('the second time, nothing is', () => {
  const { values, changed, problems, generated } = plan({}, RUNNING)
  assert.equal(values, OWN)
  assert.equal([changed, problems, generated], [[], [], 0])
})

test('a given value wins over a generated one and over what is there', () => {
  const given = { BETTER_AUTH_SECRET: 'given' }
  assert.is(plan(given, NOTHING).values.BETTER_AUTH_SECRET, 'given')
  const { values, changed } = plan(given, { existing: OWN, dataExists: false })
  assert.equal(values, { ...OWN, BETTER_AUTH_SECRET: 'given' })
  assert.equal(changed, ['BETTER_AUTH_SECRET'])
})

test('a key that is missing is added, and the others stay', () => {
  const { SMOKE_PASSWORD: _, ...rest } = OWN
  const { values, changed } = plan({}, { existing: rest, dataExists: false })
  assert.equal(values, { ...rest, SMOKE_PASSWORD: 'new-1' })
  assert.equal(changed, ['SMOKE_PASSWORD'])
})

test('DATABASE_URL follows the password and the address, whatever was there', () => {
  const stale = { ...OWN, DATABASE_URL: 'postgresql://todo:elsewhere@other:1/todo' }
  const { values, changed } = plan(
    {},
    { existing: stale, dataExists: true, addressOf: () => '127.0.0.1:5433' },
  )
  assert.is(values.DATABASE_URL, 'postgresql://todo:old-password@127.0.0.1:5433/todo')
  assert.equal(changed, ['DATABASE_URL'])
})

test('a password of any characters makes a URL that can be read again', () => {
  const password = 'p@ss/w:rd ?#%é'
  const url = new URL(plan({ POSTGRES_PASSWORD: password }, NOTHING).values.DATABASE_URL ?? '')
  assert.equal([url.hostname, decodeURIComponent(url.password)], ['postgres', password])
})

test('a missing key that only a person knows is refused with the line to add', () => {
  const { problems } = plan({}, NOTHING, MODEL)
  assert.equal(problems, [
    {
      message: 'OPENAI_API_KEY is missing, and only you know it.',
      cure: 'add to .env.local: OPENAI_API_KEY=…',
    },
  ])
  assert.match(plan({}, NOTHING, EXTERNAL).problems[0]?.message ?? '', 'DATABASE_URL is missing')
})

test('with an external database there is no password of ours', () => {
  const { values, problems } = plan({ DATABASE_URL: 'postgresql://todo@db.example/todo' }, NOTHING, EXTERNAL)
  assert.equal(Object.keys(values), [
    'DATABASE_URL',
    'BETTER_AUTH_SECRET',
    'SMOKE_PASSWORD',
    'VAPID_PRIVATE_KEY',
  ])
  assert.equal(problems, [])
})

test('a volume left over from before is no matter to an external database', () => {
  const given = { DATABASE_URL: 'postgresql://todo@db.example/todo', BETTER_AUTH_SECRET: 'given' }
  const { values, problems } = plan(
    given,
    { existing: { BETTER_AUTH_SECRET: 'old' }, dataExists: true },
    EXTERNAL,
  )
  assert.equal(values, { ...given, SMOKE_PASSWORD: 'new-1', VAPID_PRIVATE_KEY: 'new-2' })
  assert.equal(problems, [])
})

for (const [name, opens] of [
  ['POSTGRES_PASSWORD', "the database's password"],
  ['BETTER_AUTH_SECRET', 'the key that encrypts the signing keys'],
  ['SMOKE_PASSWORD', "the smoke user's password"],
] as const) {
  test(`${name} that was lost is not made up for a database from before`, () => {
    const { [name]: _, ...rest } = OWN
    const { values, problems } = plan({}, { existing: rest, dataExists: true })
    assert.is(values[name], undefined)
    assert.is(problems.length, 1)
    assert.match(problems[0]?.message ?? '', `${name} is missing from the Secret`)
    assert.match(problems[0]?.message ?? '', opens)
    assert.match(
      problems[0]?.cure ?? '',
      `${name}=… — or start with an empty database: npm run down -- --data`,
    )
  })

  test(`${name} that was lost is taken from .env.local`, () => {
    const { [name]: lost, ...rest } = OWN
    const { values, problems } = plan(lost ? { [name]: lost } : {}, { existing: rest, dataExists: true })
    assert.equal([values, problems], [OWN, []])
  })

  test(`${name} in .env.local that is not the database's is refused, and neither is quoted`, () => {
    const { problems } = plan({ [name]: 'another-value' }, RUNNING)
    assert.match(
      problems[0]?.message ?? '',
      `${name} in .env.local is not the one the database was made with`,
    )
    assert.match(problems[0]?.cure ?? '', `remove the line ${name}=…`)
    const said = JSON.stringify(problems)
    for (const value of ['another-value', OWN[name] ?? '']) assert.not.match(said, value)
  })

  test(`${name} is rotated alone, even with data there`, () => {
    const { values, changed, problems } = plan({}, { ...RUNNING, rotate: name })
    assert.equal(problems, [])
    assert.is(values[name], 'new-1')
    assert.equal(changed, name === 'POSTGRES_PASSWORD' ? [name, 'DATABASE_URL'] : [name])
  })
}

test('the key of reminders opens nothing: lost, it is made anew; given, it is taken', () => {
  const { VAPID_PRIVATE_KEY: _, ...rest } = OWN
  const { values, problems } = plan({}, { existing: rest, dataExists: true })
  assert.equal([values, problems], [{ ...rest, VAPID_PRIVATE_KEY: 'new-1' }, []])
  const given = plan({ VAPID_PRIVATE_KEY: 'given' }, RUNNING)
  assert.equal([given.changed, given.problems], [['VAPID_PRIVATE_KEY'], []])
})

test('without reminders there is no key of theirs', () => {
  const { values } = plan({}, NOTHING, settingsOf({ REMINDERS: 'off' }))
  assert.not.ok('VAPID_PRIVATE_KEY' in values)
})

const REMINDERS_OFF = { settings: settingsOf({ REMINDERS: 'off' }), given: {} }
const OUTSIDE = { settings: EXTERNAL, given: { DATABASE_URL: 'postgresql://todo@db.example/todo' } }
const OF_THEIRS = {
  settings: EXTERNAL,
  given: { ...OUTSIDE.given, BETTER_AUTH_SECRET: 'theirs', SMOKE_PASSWORD: 'theirs too' },
}
const ANOTHER_KEY = { settings: DEFAULTS, given: { VAPID_PRIVATE_KEY: 'given' } }
const A_MODEL = { settings: MODEL, given: { OPENAI_API_KEY: 'given' } }
const ROTATED = { settings: DEFAULTS, given: {}, rotate: 'SMOKE_PASSWORD' } as const
type Trial = { settings: typeof DEFAULTS; given: SecretValues; rotate?: SecretState['rotate'] }

/** What is stored after these settings were used one after the other. */
function tried(trials: readonly Trial[], circumstances: SecretState): SecretState {
  let { existing } = circumstances
  for (const { settings, given, rotate } of trials) {
    const so = { ...circumstances, existing, ...(rotate ? { rotate } : {}) }
    const { stored, problems } = plan(given, so, settings)
    assert.equal(problems, [])
    existing = stored
  }
  return { ...circumstances, existing }
}

for (const [what, ...trials] of [
  ['an external database', OUTSIDE],
  ['an external database with secrets of its own', OF_THEIRS],
  ['an external database, first without and then with secrets of its own', OUTSIDE, OF_THEIRS, OUTSIDE],
  ['no reminders', REMINDERS_OFF],
  ['another key of reminders', ANOTHER_KEY],
  ['another key of reminders, then none', ANOTHER_KEY, REMINDERS_OFF],
  ['a model', A_MODEL],
  ['everything at once', OF_THEIRS, A_MODEL, REMINDERS_OFF, ANOTHER_KEY, OUTSIDE],
] as [string, ...Trial[]][]) {
  test(`${what} can be tried and taken back`, () => {
    const { values, problems } = plan({}, tried(trials, RUNNING))
    assert.equal([values, problems], [OWN, []])
  })

  test(`${what} can be tried and taken back before there is a database`, () => {
    const { values, generated } = plan({}, tried(trials, { ...RUNNING, dataExists: false }))
    assert.equal([values, generated], [OWN, 0])
  })
}

test('what was generated for an external database is there again when a given one is taken back', () => {
  const external = tried([OUTSIDE], NOTHING)
  const back = plan(OUTSIDE.given, tried([OF_THEIRS], external), EXTERNAL)
  assert.equal([back.values, back.generated], [plan(OUTSIDE.given, external, EXTERNAL).values, 0])
})

test('what a database was made with stays, given or not', () => {
  const given = { BETTER_AUTH_SECRET: 'given' }
  const made = tried([{ settings: DEFAULTS, given }], { existing: OWN, dataExists: false })
  const { values, problems } = plan({}, tried([OUTSIDE], { ...made, dataExists: true }))
  assert.equal([values, problems], [{ ...OWN, ...given }, []])
})

test('a rotated value stays the new one, whatever is tried after it and was before', () => {
  const after = tried([OF_THEIRS, { settings: DEFAULTS, given: {} }, ROTATED], RUNNING)
  assert.is(after.existing.SMOKE_PASSWORD, 'new-1')
  assert.equal(plan({}, tried([OF_THEIRS], after)).values, { ...OWN, SMOKE_PASSWORD: 'new-1' })
})

test('a value that the settings do not use is kept, and not handed on', () => {
  const { values, stored, changed } = plan(OUTSIDE.given, RUNNING, EXTERNAL)
  assert.is(stored.POSTGRES_PASSWORD, OWN.POSTGRES_PASSWORD)
  assert.not.ok('POSTGRES_PASSWORD' in values)
  assert.equal(changed, ['DATABASE_URL'])
})

test('rotation changes in the database what the value opens, and no more', () => {
  assert.is(rotationSql(MAIN, 'POSTGRES_PASSWORD', 'new'), "ALTER ROLE todo PASSWORD 'new';")
  assert.is(rotationSql(MAIN, 'BETTER_AUTH_SECRET', 'new'), 'DELETE FROM auth.jwks;')
  assert.is(
    rotationSql(MAIN, 'SMOKE_PASSWORD', 'new'),
    `DELETE FROM auth."user" WHERE email = 'smoke@todo.local';`,
  )
  assert.is(rotationSql(MAIN, 'VAPID_PRIVATE_KEY', 'new'), 'DELETE FROM public.push_subscriptions;')
})

test.run()
