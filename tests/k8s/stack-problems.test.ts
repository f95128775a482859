import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { defineStack, type Stack } from '../../k8s/model/stack.ts'
import { stackProblems } from '../../k8s/stack-problems.ts'
import { go } from '../../lib/runtimes/go/program.ts'
import { next } from '../../lib/runtimes/next/program.ts'
import { node } from '../../lib/runtimes/node/program.ts'
import { postgres } from '../../lib/runtimes/postgres/program.ts'
import { python } from '../../lib/runtimes/python/program.ts'
import { vite } from '../../lib/runtimes/vite/program.ts'
import { MAIN } from './main-stack.ts'
import { SHOP } from './shop-stack.ts'

const test = suite('what is wrong with a stack')

const resources = { cpu: '25m', memory: '64Mi' }
const api = {
  service: 'api',
  component: 'api',
  directory: 'api',
  port: 80,
  nodePort: 30_080,
  replicated: true,
  resources,
  sources: ['.'],
} as const
const generated = { source: 'generated' } as const
const database = { component: 'database', image: 'postgres:17', port: 5432, resources, init: 'init' }
const backup = { tables: [], revision: { table: 'at', migrations: 'migrations' }, work: 'orders' }
const people = { table: 'people', where: 'true' }

/** Changed in one place each below. */
const RIGHT = {
  name: 'shop',
  about: 'A shop',
  settings: { LEVEL: { fallback: 'info' } },
  secrets: { KEY: generated },
  configuration: { PAGE: () => '' },
  services: { api: go({ ...api, calls: ['api'], config: ['PAGE'], secrets: ['KEY'] }) },
  journey: { calls: ['api'], secrets: ['KEY'], image: 'api' },
} as const

test('nothing with those that are here', () => {
  assert.equal([...stackProblems(MAIN), ...stackProblems(SHOP), ...stackProblems(defineStack(RIGHT))], [])
})

/** The compiler refuses each name that is not told, or it calls the directive above it unused. */
const MISNAMED: readonly (readonly [what: string, stack: Stack, expected: string])[] = [
  [
    'a call',
    // @ts-expect-error
    defineStack({ ...RIGHT, services: { api: go({ ...api, calls: ['apis'] }) } }),
    'no service apis, which api names',
  ],
  [
    'a variable of a page of Vite',
    // @ts-expect-error
    defineStack({ ...RIGHT, services: { api: vite({ ...api, server: 'a', config: ['PAGES'] }) } }),
    'no variable PAGES, which api names',
  ],
  [
    'a secret of a program of Node',
    // @ts-expect-error
    defineStack({ ...RIGHT, services: { api: node({ ...api, server: 'a', secrets: ['KEYS'] }) } }),
    'no secret KEYS, which api names',
  ],
  [
    'who migrates for a program of Python',
    // @ts-expect-error
    defineStack({ ...RIGHT, services: { api: python({ ...api, app: 'a', migratedBy: 'apis' }) } }),
    'no migrating program apis, which api names',
  ],
  [
    'a call of a program of Next.js',
    defineStack({
      ...RIGHT,
      services: {
        // @ts-expect-error
        api: next({ ...api, calls: ['apis'], migrate: { built: 'a', source: 'a' } }),
      },
    }),
    'no service apis, which api names',
  ],
  [
    "a database's password",
    defineStack({
      ...RIGHT,
      services: {
        ...RIGHT.services,
        // @ts-expect-error
        db: postgres({ ...database, user: 'shop', database: 'shop', password: 'KEYS' }),
      },
    }),
    'no secret KEYS, which db names',
  ],
  [
    'of what a secret is made',
    defineStack({
      ...RIGHT,
      // @ts-expect-error
      secrets: { KEY: { source: 'derived', from: 'apis', derive: () => '' } },
    }),
    'no service apis, which KEY names',
  ],
  [
    'whom the journey calls',
    // @ts-expect-error
    defineStack({ ...RIGHT, journey: { calls: ['apis'], secrets: [], image: 'api' } }),
    'no service apis, which the journey names',
  ],
  [
    "a secret of the journey's",
    // @ts-expect-error
    defineStack({ ...RIGHT, journey: { calls: [], secrets: ['KEYS'], image: 'api' } }),
    'no secret KEYS, which the journey names',
  ],
  [
    "the journey's image",
    // @ts-expect-error
    defineStack({ ...RIGHT, journey: { calls: [], secrets: [], image: 'apis' } }),
    'no program apis, which the journey names',
  ],
  [
    'the database',
    defineStack({
      ...RIGHT,
      // @ts-expect-error
      database: { service: 'db', user: 'a', name: 'a', people, backup, url: 'KEY', password: 'KEY' },
    }),
    'no store db, which the database names',
  ],
]

for (const [what, stack, expected] of MISNAMED)
  test(`a wrong name is refused: ${what}`, () => {
    assert.match(
      stackProblems(stack)
        .map(({ message }) => message)
        .join(),
      expected,
    )
  })

test('a function of the settings can ask for nothing that is not told', () => {
  defineStack({
    ...RIGHT,
    configuration: {
      // @ts-expect-error
      PAGE: ({ at }) => at('apis'),
    },
  })
  defineStack({
    ...RIGHT,
    configuration: {
      // @ts-expect-error
      PAGE: ({ own }) => own.LEVELS,
    },
  })
  defineStack({
    ...RIGHT,
    secrets: {
      KEY: {
        ...{ source: 'derived', from: 'api' },
        // @ts-expect-error
        derive: (secret) => secret('KEYS'),
      },
    },
  })
})

test('a store calls nobody', () => {
  type Calls = Extract<keyof ReturnType<typeof postgres>, 'calls' | 'callsInternet' | 'config'>
  // Does not compile once a store can have one of these.
  const callsNobody: [Calls] extends [never] ? true : false = true
  assert.ok(callsNobody)
})

const MISPLACED: readonly (readonly [what: string, change: Partial<Stack>, expected: string])[] = [
  [
    'the smoke test in the image of a store',
    { journey: { calls: [], secrets: [], image: 'cache' } },
    'no program cache, which the journey names',
  ],
  [
    'tables that two programs leave to each other',
    {
      services: {
        api: go({ ...api, migratedBy: 'page' }),
        page: go({ ...api, port: 81, migratedBy: 'api' }),
      },
    },
    'no migrating program page, which api names',
  ],
  ['a page that no browser reaches', { services: {} }, 'has a nodePort'],
]

for (const [what, change, expected] of MISPLACED)
  test(`is refused: ${what}`, () => {
    const services = {
      cache: postgres({ ...database, user: 'a', database: 'a', password: 'KEY' }),
      ...RIGHT.services,
    }
    const [problem] = stackProblems({ ...defineStack(RIGHT), services, ...change })
    assert.match(problem?.message ?? '', expected)
  })

test('nothing in a cluster can have its name', () => {
  const [problem] = stackProblems({ ...defineStack(RIGHT), name: 'My Shop' })
  assert.match(problem?.message ?? '', 'Nothing in a cluster can be called My Shop')
})

const IMPOSSIBLE: readonly (readonly [change: object, expected: string])[] = [
  [{ port: 80_800 }, 'port of the service api is above 65535'],
  [{ port: 80.5 }, 'port of the service api is no port'],
  [{ nodePort: 3100 }, 'nodePort of the service api is below 30000'],
  [{ component: 'the api' }, 'component of the service api cannot be the value of a label'],
  [{ resources: { cpu: 'a lot', memory: '64Mi' } }, 'resources.cpu of the service api is not a Kubernetes'],
  [{ resources: { cpu: '1', memory: '64 MiB' } }, 'resources.memory of the service api is not a Kubernetes'],
  [{ resources: { ...resources, devMemoryLimit: '1GB' } }, 'resources.devMemoryLimit of the service api'],
]

for (const [change, expected] of IMPOSSIBLE)
  test(`what no cluster can do is refused: ${expected}`, () => {
    const services = { api: go({ ...api, ...change }) }
    const problems = stackProblems({ ...defineStack(RIGHT), services })
    assert.is(problems.length, 1)
    assert.match(problems[0]?.message ?? '', expected)
  })

test('two services of one machine cannot have one port', () => {
  const services = { api: go(api), page: vite({ ...api, service: 'page', server: 'server.ts' }) }
  const [problem] = stackProblems({ ...defineStack(RIGHT), services })
  assert.match(problem?.message ?? '', 'api and page both have port 80')
})

test.run()
