import type { ConfigKey } from './configuration.ts'
import type { ServiceName } from './names.ts'
import type { SecretKey, Settings } from './settings.ts'

/** The address a program opens. */
export interface Listen {
  readonly host: string
  readonly port: number
}

/** One program of the stack, told once: a Pod and a host process are two projections of it. */
export interface Service {
  readonly name: ServiceName
  readonly component: string
  /** The folder of its sources in the checkout; its build context, and where its commands run. */
  readonly directory: string
  /** The image, as Skaffold's artifacts name it. */
  readonly image: string
  readonly port: number
  /** Set when a browser has to reach it. */
  readonly nodePort?: number
  /** Whether the loop forwards its port to this machine; skaffold.yaml says so too, and a test compares them. */
  readonly forwarded?: boolean
  readonly command: {
    readonly run: (listen: Listen) => readonly string[]
    /** Reloads by itself when a file below `sources` changes. Without one, an edit means a new image. */
    readonly dev?: (listen: Listen) => readonly string[]
    /** Brings the service's own tables to their newest form and ends; safe to run twice and at once. */
    readonly migrate?: readonly string[]
    /** The same from mounted sources, where `migrate` names what only a build makes. */
    readonly migrateFromSources?: readonly string[]
  }
  /** Where in the checkout it is written what `migrate` makes. */
  readonly migrations?: string
  /** Whose `migrate` makes the tables it reads, where that is not its own. */
  readonly migratedBy?: ServiceName
  /** Where, below `directory`, each command runs in a checkout; in an image it is always the working directory. */
  readonly folders?: Readonly<Record<'run' | 'dev' | 'migrate', string>>
  readonly env?: (listen: Listen) => Readonly<Record<string, string>>
  readonly config: readonly ConfigKey[]
  readonly secrets: readonly SecretKey[]
  readonly probes: { readonly live: string; readonly ready: string }
  readonly resources: { readonly cpu: string; readonly memory: string; readonly devMemoryLimit?: string }
  /** Folders below `directory` that hold code a developer edits: mounted in `dev`, copied by Skaffold in `synced`. */
  readonly sources: readonly string[]
  /** Folders below the working directory, besides /tmp, that the program writes to. */
  readonly writable?: Readonly<Record<'run' | 'dev', readonly string[]>>
}

const uvicorn = (app: string, { host, port }: Listen) => [
  ...['python', '-m', 'uvicorn', app],
  ...['--host', host, '--port', String(port), '--no-access-log', '--timeout-graceful-shutdown', '18'],
]
const reload = (service: ServiceName, app: string, { host, port }: Listen, folders: readonly string[]) => [
  ...['python', '-m', 'core.reload', '--service', service, '--host', host, '--port', String(port)],
  ...folders.flatMap((folder) => ['--watch', folder]),
  app,
]

/** The service that stands in for a language model where none is set. */
export const STAND_IN = 'assistant-stub'

const assistantStub: Service = {
  name: STAND_IN,
  component: 'language-model',
  directory: 'apps/assistant-stub',
  image: 'todo-assistant-stub',
  port: 8002,
  command: {
    run: () => ['node', 'server.ts'],
    dev: () => ['node', 'dev.ts'],
  },
  env: ({ host, port }) => ({ HOSTNAME: host, PORT: String(port) }),
  config: ['LOG_LEVEL'],
  secrets: [],
  probes: { live: '/health/live', ready: '/health/ready' },
  resources: { cpu: '25m', memory: '64Mi' },
  sources: ['.'],
}

const mcp: Service = {
  name: 'mcp',
  component: 'tool-server',
  directory: 'apps/backend',
  image: 'todo-mcp',
  port: 8001,
  command: {
    run: (listen) => uvicorn('mcp_server.main:app', listen),
    dev: (listen) => reload('mcp', 'mcp_server.main:app', listen, ['mcp_server', 'core']),
  },
  migratedBy: 'backend',
  config: ['JWKS_URL', 'JWT_ISSUER', 'JWT_AUDIENCE', 'MCP_ALLOWED_HOSTS', 'SERVER_TIMING', 'LOG_LEVEL'],
  secrets: ['DATABASE_URL'],
  probes: { live: '/health/live', ready: '/health/ready' },
  resources: { cpu: '50m', memory: '112Mi' },
  sources: ['mcp_server', 'core'],
}

const backend: Service = {
  name: 'backend',
  component: 'api',
  directory: 'apps/backend',
  image: 'todo-backend',
  port: 8000,
  forwarded: true,
  command: {
    run: (listen) => uvicorn('app.main:app', listen),
    dev: (listen) => reload('backend', 'app.main:app', listen, ['app', 'core']),
    migrate: ['python', '-m', 'app.migrate'],
  },
  migrations: 'apps/backend/migrations',
  config: [
    'JWKS_URL',
    'JWT_ISSUER',
    'JWT_AUDIENCE',
    'MCP_URL',
    'OPENAI_BASE_URL',
    'OPENAI_MODEL',
    'MODEL_PATIENCE',
    'TOKENS_A_DAY',
    'REMINDERS',
    'PUSH_CONTACT',
    'SERVER_TIMING',
    'LOG_LEVEL',
  ],
  secrets: ['DATABASE_URL'],
  probes: { live: '/health/live', ready: '/health/ready' },
  resources: { cpu: '100m', memory: '160Mi' },
  sources: ['app', 'core'],
}

const frontend: Service = {
  name: 'frontend',
  component: 'web',
  directory: 'apps/frontend',
  image: 'todo-frontend',
  port: 3000,
  nodePort: 30080,
  forwarded: true,
  command: {
    run: () => ['node', 'server.js'],
    dev: ({ host }) => ['node', 'node_modules/next/dist/bin/next', 'dev', '--hostname', host],
    migrate: ['node', 'migrate.mjs'],
    migrateFromSources: ['node', 'src/migrate.ts'],
  },
  migrations: 'apps/frontend/src/server/auth-options.ts',
  folders: { run: '.next/standalone', dev: '.', migrate: 'dist' },
  env: ({ host, port }) => ({ HOSTNAME: host, PORT: String(port), NEXT_TELEMETRY_DISABLED: '1' }),
  config: ['BACKEND_URL', 'PUBLIC_ORIGINS', 'TRUSTED_PROXIES', 'JWT_ISSUER', 'JWT_AUDIENCE', 'LOG_LEVEL'],
  secrets: ['DATABASE_URL', 'BETTER_AUTH_SECRET'],
  probes: { live: '/api/health/live', ready: '/api/health/ready' },
  resources: { cpu: '100m', memory: '128Mi', devMemoryLimit: '2Gi' },
  sources: ['src'],
  writable: { run: ['.next/cache'], dev: ['.next'] },
}

/** The database of the stack where no external one is set. Port and names as in the official image's documentation. */
export const postgres = {
  name: 'postgres',
  component: 'database',
  image: 'postgres:17',
  port: 5432,
  user: 'todo',
  database: 'todo',
  /** Of the system user `postgres` in the official image. */
  uid: 999,
  resources: { cpu: '100m', memory: '128Mi' },
} as const

/** The program whose `migrate` makes the tables that this one reads; undefined where nobody's does. */
export function migrator(name: string): Service | undefined {
  const all = [assistantStub, frontend, mcp, backend]
  const service = all.find((one) => one.name === name)
  return service?.migratedBy ? migrator(service.migratedBy) : service?.migrations ? service : undefined
}

/**
 * The services these settings ask for, each after the ones it calls at start.
 *
 * @returns the stand-in model only where no external one is set; the backend with the keys it needs for them
 */
export function services(settings: Settings): readonly Service[] {
  const standIn = settings.assistant.kind === 'stand-in'
  const secrets: readonly SecretKey[] = [
    ...backend.secrets,
    ...(standIn ? [] : (['OPENAI_API_KEY'] as const)),
    ...(settings.reminders ? (['VAPID_PRIVATE_KEY'] as const) : []),
  ]
  return [...(standIn ? [assistantStub] : []), frontend, mcp, { ...backend, secrets }]
}
