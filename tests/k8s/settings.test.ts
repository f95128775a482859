import { randomBytes } from 'node:crypto'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { inLoop, PROFILES, parseSettings } from '../../k8s/settings.ts'
import { MAIN } from './main-stack.ts'

const test = suite('settings of .env.local')

type Variables = Record<string, string>
const secret = () => randomBytes(24).toString('base64url')
const MODEL = {
  OPENAI_BASE_URL: 'https://models.example/v1',
  OPENAI_MODEL: 'model-of-a-test',
  OPENAI_API_KEY: secret(),
}
const DATABASE_URL = `postgresql://somebody:${secret()}@db.example:5433/work?sslmode=require`

/** What the stack's own settings are where nobody says otherwise. */
const FALLBACKS = {
  OPENAI_BASE_URL: '',
  OPENAI_MODEL: '',
  MODEL_PATIENCE: '60',
  TOKENS_A_DAY: '500000',
  LOG_LEVEL: 'info',
  OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'false',
  REMINDERS: 'on',
}

/** What nobody chose. */
const UNCHANGED = {
  stack: MAIN,
  own: FALLBACKS,
  replaced: [],
  leftOut: [],
  gathered: false,
  debug: [],
  exposure: undefined,
  publicUrl: undefined,
  trustedProxies: undefined,
  replicas: 2,
  autoscaleUpTo: undefined,
  limits: { cpu: '1', memory: '512Mi' },
  storage: { postgres: '1Gi' },
  initScripts: {},
  networkPolicies: true,
  notifications: false,
  collector: undefined,
  reloaders: 'own',
  kubeContext: undefined,
  portOffset: 0,
}

/** @returns messages and cures, having looked that none of them quotes a value */
function refusal(file: Variables, environment: Variables = {}): { messages: string[]; cures: string[] } {
  const { settings, given, problems } = parseSettings(MAIN, file, environment)
  assert.is(settings, undefined)
  assert.equal(given, {}, 'a refused file gives no secret')
  const said = problems.map(({ message, cure }) => `${message} → ${cure}`).join('\n')
  const { SECRETS_FROM_ENV: _, ...values } = file
  for (const value of [...Object.values(values), ...Object.values(environment)])
    if (value.trim()) assert.not.match(said, value)
  return { messages: problems.map(({ message }) => message), cures: problems.map(({ cure }) => cure) }
}

test('no file gives the stack that needs nobody: own database, stand-in model', () => {
  const { settings, given, problems } = parseSettings(MAIN, {}, {})
  assert.equal(settings, {
    ...UNCHANGED,
  })
  assert.equal(given, {})
  assert.equal(problems, [])
})

test('a full file gives settings without secrets, and the secrets beside them', () => {
  const file = { ...MODEL, DATABASE_URL, LOG_LEVEL: 'debug', KUBE_CONTEXT: 'far', PORT_OFFSET: '100' }
  const { settings, given } = parseSettings(MAIN, file, {})
  assert.equal(settings, {
    ...UNCHANGED,
    own: {
      ...FALLBACKS,
      OPENAI_BASE_URL: MODEL.OPENAI_BASE_URL,
      OPENAI_MODEL: MODEL.OPENAI_MODEL,
      LOG_LEVEL: 'debug',
    },
    replaced: ['postgres', 'assistant-stub'],
    kubeContext: 'far',
    portOffset: 100,
  })
  assert.equal(given, { DATABASE_URL, OPENAI_API_KEY: MODEL.OPENAI_API_KEY })
})

test('empty and blank values count as absent', () => {
  const names = ['DATABASE_URL', 'OPENAI_BASE_URL', 'OPENAI_API_KEY', 'BETTER_AUTH_SECRET', 'PORT_OFFSET']
  const file = Object.fromEntries(
    [...names, 'SECRETS_FROM_ENV', 'UNKNOWN'].map((name, n) => [name, ' '.repeat(n)]),
  )
  assert.equal(parseSettings(MAIN, file, {}), parseSettings(MAIN, {}, {}))
})

for (const missing of [
  ['OPENAI_BASE_URL'],
  ['OPENAI_MODEL'],
  ['OPENAI_API_KEY'],
  ['OPENAI_BASE_URL', 'OPENAI_MODEL'],
  ['OPENAI_BASE_URL', 'OPENAI_API_KEY'],
  ['OPENAI_MODEL', 'OPENAI_API_KEY'],
])
  test(`a model without ${missing.join(' and ')} is refused with the lines to add`, () => {
    const file = Object.fromEntries(Object.entries(MODEL).filter(([name]) => !missing.includes(name)))
    const { messages, cures } = refusal(file)
    assert.is(messages.length, 1)
    assert.match(messages[0] ?? '', `${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} not`)
    for (const name of missing) assert.match(cures[0] ?? '', `${name}=`)
  })

for (const [what, url] of [
  ['no URL', 'somewhere'],
  ['another database', `mysql://somebody:${secret()}@db.example/work`],
  ['no host', `postgresql://:${secret()}@`],
  ['an impossible port', `postgresql://somebody:${secret()}@db.example:99999/work`],
  ['a blank in it', `postgresql://somebody:${secret()}@db example/work`],
] as const)
  test(`a DATABASE_URL with ${what} is refused`, () => {
    const { messages, cures } = refusal({ DATABASE_URL: url })
    assert.match(messages[0] ?? '', /^DATABASE_URL in \.env\.local is not a URL like postgresql:\/\/user/)
    assert.match(cures[0] ?? '', 'DATABASE_URL=…')
  })

test('an OPENAI_BASE_URL that is not http is refused', () => {
  const { messages } = refusal({ ...MODEL, OPENAI_BASE_URL: 'ftp://models.example/v1' })
  assert.match(messages[0] ?? '', /^OPENAI_BASE_URL in \.env\.local is not a URL like https:/)
})

test('an unknown key is refused by name, with the names there are', () => {
  const { messages, cures } = refusal({ DATABSE_URL: DATABASE_URL })
  assert.equal(messages, ['.env.local has DATABSE_URL, which this stack does not know.'])
  assert.match(cures[0] ?? '', 'DATABASE_URL')
})

for (const [value, complaint] of [
  ['many', 'is not a number'],
  ['1.5', 'is not a whole number'],
  ['-7', 'is below 0'],
  ['50001', 'is above 50000'],
] as const)
  test(`PORT_OFFSET=${value} ${complaint}`, () => {
    assert.equal(refusal({ PORT_OFFSET: value }).messages, [`PORT_OFFSET in .env.local ${complaint}.`])
  })

test('what shapes the deployment is taken as written', () => {
  const { settings } = parseSettings(
    MAIN,
    {
      EXPOSE: 'ingress',
      PUBLIC_URL: 'https://todo.example.com',
      TRUSTED_PROXIES: '10.244.0.0/16, 192.0.2.7,2001:db8::/32',
      REPLICAS: '3',
      AUTOSCALE_UP_TO: '6',
      CPU_LIMIT: '500m',
      MEMORY_LIMIT: '1Gi',
      STORAGE_SIZE: '10Gi',
      NETWORK_POLICIES: 'off',
      REMINDERS: 'off',
      MODEL_PATIENCE: '300',
      TOKENS_A_DAY: '0',
    },
    {},
  )
  assert.equal(settings, {
    ...UNCHANGED,
    exposure: 'ingress',
    publicUrl: 'https://todo.example.com',
    trustedProxies: '10.244.0.0/16, 192.0.2.7,2001:db8::/32',
    replicas: 3,
    autoscaleUpTo: 6,
    limits: { cpu: '500m', memory: '1Gi' },
    storage: { postgres: '10Gi' },
    networkPolicies: false,
    reloaders: 'own',
    own: { ...FALLBACKS, REMINDERS: 'off', MODEL_PATIENCE: '300', TOKENS_A_DAY: '0' },
  })
})

for (const [name, value, complaint] of [
  [
    'DATABASE_URL',
    'postgresql://todo:1234#5@db.example/todo',
    'has a #, which ends a URL: in a password it is written %23',
  ],
  ['EXPOSE', 'hostport', 'is not nodeport, loadbalancer, ingress or internal'],
  ['PUBLIC_URL', 'todo.example.com', 'is not a URL like https://app.example.com, without a path'],
  ['PUBLIC_URL', 'https://todo.example.com/app', 'is not a URL like https://app.example.com, without a path'],
  ...[
    'all',
    'localhost',
    '10.0.0/8',
    '10.0.0.0/33',
    '10.0.0.0/8 192.0.2.7',
    '10.0.0.0/8,',
    '0.0.0.0/0',
    '::/0',
  ].map(
    (value) => ['TRUSTED_PROXIES', value, 'is not a list of networks like 10.244.0.0/16, 192.0.2.7'] as const,
  ),
  ['REPLICAS', '0', 'is below 1'],
  ['REPLICAS', '21', 'is above 20'],
  ['AUTOSCALE_UP_TO', '51', 'is above 50'],
  ['CPU_LIMIT', 'one', 'is not a quantity like 500m or 2'],
  ['MEMORY_LIMIT', '512', 'is not a quantity like 512Mi or 2Gi'],
  ['STORAGE_SIZE', '0Gi', 'is not a quantity like 500Mi or 10Gi'],
  ['NETWORK_POLICIES', 'yes', 'is not on or off'],
  ['REMINDERS', 'push', 'is not on or off'],
  ['MODEL_PATIENCE', '1', 'is below 5'],
  ['TOKENS_A_DAY', 'many', 'is not a number'],
  // Copied with its quotes from a text, or with a space of no width.
  ...['“a-key”', 'a-\u200bkey', 'a key'].map(
    (value) =>
      [
        'OPENAI_API_KEY',
        value,
        'has a character that no key has: copy it once more, without what is around it',
      ] as const,
  ),
  ['VAPID_PRIVATE_KEY', 'short', 'is not a P-256 key in URL-safe base64, of 43 characters'],
] as const)
  test(`${name}=${value} is refused`, () => {
    assert.equal(parseSettings(MAIN, { [name]: value }, {}).problems, [
      {
        message: `${name} in .env.local ${complaint}.`,
        cure: `correct the line ${name}=… in .env.local, or remove it`,
      },
    ])
  })

for (const [what, file, message] of [
  [
    'storage for an external database',
    { DATABASE_URL, STORAGE_SIZE: '2Gi' },
    /^STORAGE_SIZE is set, but the database is/,
  ],
  [
    'autoscaling below the replicas',
    { REPLICAS: '4', AUTOSCALE_UP_TO: '3' },
    /^AUTOSCALE_UP_TO is 3, but .* 4 replicas/,
  ],
  [
    'an ingress without a host name',
    { EXPOSE: 'ingress', PUBLIC_URL: 'http://192.168.49.2' },
    /^EXPOSE is ingress, but PUBLIC_URL/,
  ],
] as const)
  test(`${what} is a contradiction, and refused`, () => {
    const { settings, problems } = parseSettings(MAIN, file, {})
    assert.is(settings, undefined)
    assert.is(problems.length, 1)
    assert.match(problems[0]?.message ?? '', message)
  })

test('a LOG_LEVEL that no program knows is refused', () => {
  assert.match(refusal({ LOG_LEVEL: 'loud' }).messages[0] ?? '', /LOG_LEVEL.*debug, info, warning or error/)
})

test('secrets too short to be any are refused', () => {
  const { messages } = refusal({ BETTER_AUTH_SECRET: 'x7'.repeat(15), SMOKE_PASSWORD: 'x7x7x7x' })
  assert.match(messages[0] ?? '', /^BETTER_AUTH_SECRET .*shorter than 32/)
  assert.match(messages[1] ?? '', /^SMOKE_PASSWORD .*shorter than 8/)
})

test('every problem is told at once', () => {
  const { messages } = refusal({
    LOG_LEVEL: 'loud',
    PORT_OFFSET: 'many',
    TYPO: secret(),
    SECRETS_FROM_ENV: 'HOME',
  })
  assert.is(messages.length, 4)
})

test('SECRETS_FROM_ENV takes the secrets it names from the environment, and no other', () => {
  const environment = {
    DATABASE_URL,
    SMOKE_PASSWORD: secret(),
    BETTER_AUTH_SECRET: secret(),
    LOG_LEVEL: 'error',
  }
  const { settings, given } = parseSettings(
    MAIN,
    { SECRETS_FROM_ENV: 'DATABASE_URL, SMOKE_PASSWORD' },
    environment,
  )
  assert.equal(given, { DATABASE_URL, SMOKE_PASSWORD: environment.SMOKE_PASSWORD })
  assert.equal(settings?.replaced, ['postgres'])
  assert.is(settings?.own.LOG_LEVEL, 'info')
})

test('the environment alone changes nothing', () => {
  assert.equal(parseSettings(MAIN, {}, { ...MODEL, DATABASE_URL }), parseSettings(MAIN, {}, {}))
})

test('SECRETS_FROM_ENV is refused when it names no secret of ours', () => {
  const { messages, cures } = refusal({ SECRETS_FROM_ENV: 'AWS_SECRET_KEY' }, { AWS_SECRET_KEY: secret() })
  assert.equal(messages, ['SECRETS_FROM_ENV names AWS_SECRET_KEY, which is not a secret of this stack.'])
  assert.match(cures[0] ?? '', 'OPENAI_API_KEY')
})

for (const value of [undefined, '', '  '])
  test(`SECRETS_FROM_ENV is refused when what it names is ${value === undefined ? 'unset' : `"${value}"`}`, () => {
    const { messages, cures } = refusal(
      { SECRETS_FROM_ENV: 'SMOKE_PASSWORD' },
      value === undefined ? {} : { SMOKE_PASSWORD: value },
    )
    assert.equal(messages, ['SECRETS_FROM_ENV names SMOKE_PASSWORD, which is not set in the environment.'])
    assert.match(cures[0] ?? '', 'export SMOKE_PASSWORD')
  })

test('a broken secret of the environment is looked for where it came from', () => {
  const { messages, cures } = refusal({ SECRETS_FROM_ENV: 'DATABASE_URL' }, { DATABASE_URL: 'somewhere' })
  assert.match(messages[0] ?? '', /^DATABASE_URL in the environment is not a URL/)
  assert.match(cures[0] ?? '', /DATABASE_URL.* the environment/)
})

test('two of the profiles are the loop', () => {
  assert.equal(PROFILES.filter(inLoop), ['dev', 'synced'])
})

test('a key of reminders is 43 letters, digits, hyphens and underscores', () => {
  const key = `-_${'aZ9'.repeat(13)}aZ`
  assert.is(parseSettings(MAIN, { VAPID_PRIVATE_KEY: key }, {}).problems.length, 0)
})

test.run()
