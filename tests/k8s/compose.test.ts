import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { compose, composeStack } from '../../k8s/compose.ts'
import { isReplaced } from '../../k8s/model/replaced.ts'
import { arrows } from '../../k8s/network.ts'
import { secretKeys } from '../../k8s/secret-keys.ts'
import { programs } from '../../k8s/services.ts'
import { parseSettings, type Settings } from '../../k8s/settings.ts'
import { SMOKE, smokeCommand } from '../../k8s/smoke.ts'
import { MAIN } from './main-stack.ts'
import { propertiesOf } from './properties.ts'
import { COMBINATIONS, DEFAULTS, settingsOf } from './settings-of-every-kind.ts'

const test = suite('the Compose file')
const holds = propertiesOf(test)
const PROGRAM = 'const travel = async () => console.log(`$' + '{1 + 1} $$ $(HOME)`)'
const LOCAL = { tag: 'v1', registry: '' }

interface Service {
  image: string
  command?: string[]
  environment?: Record<string, string>
  healthcheck?: { test: string[] }
  user: string
  read_only: boolean
  cap_drop: string[]
  security_opt: string[]
  cpus: number
  mem_limit: string
  tmpfs?: string[]
  volumes?: string[]
  secrets?: { source: string; target: string }[]
  configs?: { source: string; target: string }[]
  networks: string[]
  depends_on?: Record<string, { condition: string }>
  build?: {
    context: string
    dockerfile: string
    target: string
    args: Record<string, string>
    secrets?: string[]
  }
  ports?: string[]
  profiles?: string[]
  restart?: string
}

interface Project {
  name: string
  services: Record<string, Service>
  networks: Record<string, { internal?: boolean; driver_opts?: Record<string, string> } | null>
  volumes?: Record<string, null>
  secrets: Record<string, { file: string }>
  configs?: Record<string, { file: string }>
}

function files(settings: Settings, images = LOCAL): ReadonlyMap<string, string> {
  const surroundings = { program: PROGRAM, checkout: '../..' }
  return compose(composeStack(settings, images), settings, images, surroundings)
}

function project(settings: Settings, images = LOCAL): Project {
  return parse(files(settings, images).get('compose.yaml') ?? '') as Project
}

const steps = ({ services }: Project) => Object.keys(services).filter((name) => !services[name]?.restart)

for (const { title, settings } of COMBINATIONS.filter(({ profile }) => profile === 'run')) {
  const made = project(settings)
  const all = Object.entries(made.services)

  holds(title, 'runs what the cluster runs', () => {
    const wanted = programs(settings).map(({ name }) => name)
    const lasting = all.filter(([, { restart }]) => restart).map(([name]) => name)
    assert.equal(
      lasting.sort(),
      [...wanted, ...(isReplaced(settings, 'postgres') ? [] : ['postgres'])].sort(),
    )
    assert.equal(steps(made).sort(), ['backend-migrate', 'frontend-migrate', SMOKE])
  })

  holds(title, 'no container is root, writes to its image, gains rights or takes all there is', () => {
    for (const [name, service] of all) {
      assert.match(service.user, /^[1-9]\d*:[1-9]\d*$/, name)
      assert.is(service.read_only, true, name)
      assert.equal([service.cap_drop, service.security_opt], [['ALL'], ['no-new-privileges:true']], name)
      assert.equal([service.cpus, service.mem_limit], [1, '512m'], name)
    }
  })

  holds(title, 'two programs share a network only where one calls the other', () => {
    const calls = arrows(settings).map(({ from, to }) => [from, to].sort().join())
    const running = all.filter(([name]) => made.services[name]?.restart || name === SMOKE)
    for (const [one, { networks }] of running)
      for (const [other, { networks: others }] of running) {
        if (one === other) continue
        const meet = networks.some((network) => others.includes(network))
        assert.is(meet, calls.includes([one, other].sort().join()), `${one} and ${other}`)
      }
  })

  holds(
    title,
    'each two that call one another have a network of their own, in which nothing leads out',
    () => {
      for (const { from, to } of arrows(settings)) {
        const shared = made.services[from]?.networks.filter((name) =>
          made.services[to]?.networks.includes(name),
        )
        if (!shared || !made.services[to]) continue
        assert.is(shared.length, 1, `${from} and ${to}`)
        const others = all.filter(([, { networks }]) => networks.includes(shared[0] ?? ''))
        assert.equal(
          [...new Set(others.map(([name]) => name.replace(/-(migrate|init)$/, '')))].sort(),
          [from, to].sort(),
        )
        assert.equal(made.networks[shared[0] ?? ''], { internal: true })
      }
    },
  )

  holds(title, 'only who has to may leave', () => {
    const leaving = arrows(settings)
      .filter(({ to }) => to === 'outside' || to === 'internet')
      .map(({ from }) => from)
    for (const [name, { networks }] of all) {
      const open = networks.filter((network) => {
        const { internal, driver_opts } = made.networks[network] ?? {}
        return !internal && driver_opts?.['com.docker.network.bridge.enable_ip_masquerade'] !== 'false'
      })
      assert.is(open.length > 0, leaving.includes(name.replace(/-migrate$/, '')), name)
    }
  })

  holds(title, 'one port of this machine alone leads in', () => {
    const published = all.flatMap(([name, { ports = [] }]) => ports.map((port) => [name, port]))
    assert.equal(published, [['frontend', '127.0.0.1:30080:3000']])
  })

  holds(title, 'secrets are files that this file names, and nothing else', () => {
    const known = secretKeys(settings).map(({ name }) => name)
    assert.equal(Object.keys(made.secrets), [...known, 'ca'])
    for (const name of known) assert.is(made.secrets[name]?.file, `./secrets/${name}`)
    for (const [name, { secrets = [], environment = {} }] of all) {
      for (const { source, target } of secrets) {
        assert.ok(made.secrets[source], `${name} ${source}`)
        assert.is(target, `/run/secrets/todo/${source}`)
      }
      for (const key of known) assert.is(environment[key], undefined, `${name} ${key}`)
    }
    assert.equal(
      made.services[SMOKE]?.secrets?.map(({ source }) => source),
      ['DATABASE_URL', 'SMOKE_PASSWORD'],
    )
  })

  holds(title, 'every program tells whether it is well, and what waits for one waits for something', () => {
    for (const [name, { restart, healthcheck, depends_on = {} }] of all) {
      if (restart) assert.is(healthcheck?.test[0], 'CMD', name)
      for (const [other, { condition }] of Object.entries(depends_on)) {
        assert.ok(made.services[other], `${name} waits for ${other}`)
        if (condition === 'service_completed_successfully') assert.ok(steps(made).includes(other), other)
        if (condition === 'service_healthy') assert.ok(made.services[other]?.healthcheck, other)
      }
    }
    for (const name of ['backend', 'frontend'])
      assert.equal(made.services[name]?.depends_on, {
        [`${name}-migrate`]: { condition: 'service_completed_successfully' },
      })
  })

  holds(title, 'the same settings give the same bytes', () => {
    const { stack, ...rest } = settings
    assert.equal([...files({ ...structuredClone(rest), stack })], [...files(settings)])
  })
}

test('each program asks its own address with what its image has', () => {
  const { services } = project(DEFAULTS)
  assert.equal(services.mcp?.healthcheck?.test.slice(1), [
    'python',
    '-c',
    "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8001/health/ready')",
  ])
  assert.match(
    services.frontend?.healthcheck?.test.join(' ') ?? '',
    /^CMD node --eval fetch\('http:\/\/127\.0\.0\.1:3000\/api\/health\/ready'\)/,
  )
  assert.match(services.postgres?.healthcheck?.test.join(' ') ?? '', /^CMD pg_isready /)
})

test('what a program writes goes to memory, the database to a volume', () => {
  const { services, volumes } = project(DEFAULTS)
  assert.equal(services.frontend?.tmpfs, ['/tmp', '/app/.next/cache'])
  assert.equal(services.backend?.tmpfs, ['/tmp'])
  assert.equal(services.postgres?.volumes, ['data:/var/lib/postgresql/data'])
  assert.equal(volumes, { data: null })
})

test('each store has a volume of its own', () => {
  const { postgres } = MAIN.services
  if (!postgres) throw new Error('there is no database')
  const stack = { ...MAIN, services: { ...MAIN.services, cache: { ...postgres, port: 6379 } } }
  const { services, volumes } = project({ ...DEFAULTS, stack })
  assert.equal(services.cache?.volumes, ['cache-data:/var/lib/postgresql/data'])
  assert.equal(volumes, { data: null, 'cache-data': null })
})

test('images without a registry are built from the checkout, those of a registry are only pulled', () => {
  const here = project(DEFAULTS)
  assert.is(here.services.mcp?.image, 'todo-mcp:v1')
  const args = { DIRECTORY: 'apps/backend', APP: 'mcp_server.main:app', PORT: '8001' }
  assert.equal(here.services.mcp?.build, {
    context: '../..',
    dockerfile: 'docker/python.Dockerfile',
    target: 'prod',
    args: { ...args, PART_1: 'mcp_server', PART_2: 'core', PART_3: 'migrations' },
    secrets: ['ca'],
  })
  assert.is(here.services['assistant-stub']?.build?.secrets, undefined)
  const elsewhere = project(DEFAULTS, { tag: 'v1', registry: 'registry.example/team' })
  assert.is(elsewhere.services[SMOKE]?.image, 'registry.example/team/todo-frontend:v1')
  assert.not.ok(Object.values(elsewhere.services).some(({ build }) => build))
  assert.is(elsewhere.secrets.ca, undefined)
})

test('settings are those of the other targets', () => {
  const { services } = project(
    settingsOf({ PORT_OFFSET: '7', CPU_LIMIT: '1500m', MEMORY_LIMIT: '2Gi', LOG_LEVEL: 'debug' }),
  )
  const { frontend, backend } = services
  assert.equal(frontend?.ports, ['127.0.0.1:30087:3000'])
  assert.ok(frontend?.environment?.PUBLIC_ORIGINS?.split(',').includes('http://localhost:30087'))
  assert.equal([backend?.cpus, backend?.mem_limit], [1.5, '2g'])
  assert.is(backend?.environment?.LOG_LEVEL, 'debug')
  const proxied = project(settingsOf({ PUBLIC_URL: 'https://todo.example.com' })).services.frontend
  assert.is(proxied?.environment?.PUBLIC_ORIGINS, 'https://todo.example.com')
  const exposed = project(settingsOf({ EXPOSE: 'ingress' })).services.frontend
  assert.is(exposed?.environment?.TRUSTED_PROXIES, 'none', 'there is no controller before a published port')
})

test('an external database has no container, an external model its key', () => {
  const { services, volumes, secrets } = project(
    settingsOf({
      DATABASE_URL: 'postgresql://todo@db.example/todo',
      OPENAI_BASE_URL: 'https://models.example/v1',
      OPENAI_MODEL: 'small',
      OPENAI_API_KEY: 'from-a-test',
    }),
  )
  assert.equal([services.postgres, services['assistant-stub'], volumes], [undefined, undefined, undefined])
  assert.ok(secrets.OPENAI_API_KEY)
  assert.ok(services.backend?.secrets?.some(({ source }) => source === 'OPENAI_API_KEY'))
  assert.equal([services.backend?.environment?.OPENAI_MODEL, services.mcp?.depends_on], ['small', undefined])
})

/** As Compose reads a value: https://github.com/compose-spec/compose-spec/blob/main/12-interpolation.md */
function interpolated(text: string): string {
  return text.replace(/\$(\$|\{|\w)/g, (found, next) => {
    if (next !== '$') throw new Error(`Compose would replace ${found} in ${text}`)
    return '$'
  })
}

test('nothing that a dollar sign says is taken for a variable of Compose', () => {
  const settings = settingsOf({
    OPENAI_BASE_URL: 'https://models.example/v1',
    OPENAI_MODEL: 'a$b$' + '{c}',
    OPENAI_API_KEY: 'from-a-test',
  })
  const { services } = project(settings)
  assert.is(interpolated(services.backend?.environment?.OPENAI_MODEL ?? ''), 'a$b$' + '{c}')
  assert.equal(services[SMOKE]?.command?.map(interpolated), smokeCommand(settings, PROGRAM))
})

test('the test runs when it is asked for, once all that it calls is well', () => {
  const { [SMOKE]: smoke } = project(DEFAULTS).services
  assert.equal([smoke?.profiles, smoke?.restart], [['test'], undefined])
  const healthy = { condition: 'service_healthy' }
  assert.equal(smoke?.depends_on, { frontend: healthy, backend: healthy, mcp: healthy, postgres: healthy })
})

test('scripts of the database run before it serves, from files beside the Compose file', () => {
  const { settings } = parseSettings(MAIN, {}, {}, { '01-extension.sql': 'CREATE EXTENSION pg_trgm;\n' })
  const made = files(settings ?? DEFAULTS)
  const { services, configs } = parse(made.get('compose.yaml') ?? '') as Project
  const { 'postgres-init': init, postgres } = services
  assert.equal(postgres?.depends_on, { 'postgres-init': { condition: 'service_completed_successfully' } })
  assert.equal(init?.volumes, postgres?.volumes)
  const [mounted] = init?.configs ?? []
  assert.is(mounted?.target, '/docker-entrypoint-initdb.d/01-extension.sql')
  const path = configs?.[mounted?.source ?? '']?.file ?? ''
  assert.is(made.get(path.replace('./', '')), 'CREATE EXTENSION pg_trgm;\n')
})

test.run()
