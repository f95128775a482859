import { z } from 'zod'
import { isReplaced } from '../k8s/model/replaced.ts'
import { onOrOff, wholeNumber } from '../k8s/model/setting.ts'
import { defineStack } from '../k8s/model/stack.ts'
import { next } from '../lib/runtimes/next/program.ts'
import { node } from '../lib/runtimes/node/program.ts'
import { postgres } from '../lib/runtimes/postgres/program.ts'
import { python } from '../lib/runtimes/python/program.ts'
import { SMOKE_EMAIL } from './journey.ts'

const LOG_LEVELS = z.enum(['debug', 'info', 'warning', 'error'], 'is not debug, info, warning or error')

/** The todo chatbot: a page, an API with an agent, the agent's tools, a database, and a stand-in for the language model. */
export default defineStack({
  name: 'todo',
  about: 'A todo chatbot: Next.js frontend, FastAPI backend, MCP server, stand-in model, PostgreSQL',

  settings: {
    OPENAI_BASE_URL: {
      schema: z
        .url({ protocol: /^https?$/, error: 'is not a URL like https://api.openai.com/v1' })
        .optional(),
      fallback: '',
      value: {
        path: 'assistant.baseUrl',
        schema: z
          .string()
          // Without user:password@ in it: values are kept in the release, for all who may read it.
          .regex(/^(https?:\/\/[^\s@"\\]+)?$/)
          .default('')
          .describe(
            'An OpenAI-compatible model, like https://api.openai.com/v1; its key is OPENAI_API_KEY in the Secret. Empty: the stand-in model.',
          ),
      },
    },
    OPENAI_MODEL: {
      fallback: '',
      value: { path: 'assistant.model', schema: z.string().default('').describe('The name of that model.') },
    },
    /** Seconds that the model may say nothing before an answer is given up. */
    MODEL_PATIENCE: { schema: wholeNumber(5, 3600), fallback: '60' },
    /** Tokens of an external model that each user may spend in a day; 0: as many as they like. */
    TOKENS_A_DAY: { schema: wholeNumber(0, 1_000_000_000), fallback: '500000' },
    LOG_LEVEL: {
      schema: LOG_LEVELS.optional(),
      fallback: 'info',
      value: {
        path: 'logLevel',
        schema: LOG_LEVELS.default('info').describe(
          'How much every program says: debug, info, warning or error.',
        ),
        local: 'debug',
      },
    },
    /** Whether traces hold what people and the model say to one another, and what tools are given and give. */
    OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: {
      schema: z.enum(['true', 'false'], 'is not true or false').optional(),
      fallback: 'false',
    },
    /** Whether users are told of tasks that come due, in the open page and by Web Push. */
    REMINDERS: {
      schema: onOrOff(),
      fallback: 'on',
      value: {
        path: 'reminders',
        schema: z
          .boolean()
          .default(true)
          .describe('Tells users of tasks that come due, also by the push services of their browsers.'),
      },
    },
  },

  secrets: {
    POSTGRES_PASSWORD: {
      source: 'generated',
      needed: (settings) => !isReplaced(settings, 'postgres'),
      opens: "the database's password",
      rotate: (value) => `ALTER ROLE todo PASSWORD '${value}';`,
    },
    DATABASE_URL: {
      source: 'derived',
      schema: z
        .url({
          protocol: /^postgres(ql)?$/,
          hostname: /./,
          error: 'is not a URL like postgresql://user:password@host:5432/database',
        })
        // Whatever follows it would be no part of the address, which then may lead to another machine.
        .regex(/^[^#]*$/, 'has a #, which ends a URL: in a password it is written %23')
        .optional(),
      from: 'postgres',
      derive: (secret, address) =>
        `postgresql://todo:${encodeURIComponent(secret('POSTGRES_PASSWORD'))}@${address}/todo`,
    },
    BETTER_AUTH_SECRET: {
      source: 'generated',
      schema: z.string().min(32, 'is shorter than 32 characters').optional(),
      opens: 'the key that encrypts the signing keys',
      // The signing keys are encrypted with the old value: new ones are made at the next token.
      rotate: () => 'DELETE FROM auth.jwks;',
      madeByPods: true,
    },
    SMOKE_PASSWORD: {
      source: 'generated',
      schema: z.string().min(8, 'is shorter than 8 characters').optional(),
      opens: "the smoke user's password",
      // The next smoke test signs its user up again.
      rotate: () => `DELETE FROM auth."user" WHERE email = '${SMOKE_EMAIL}';`,
    },
    VAPID_PRIVATE_KEY: {
      // 32 random bytes are a key of P-256, but for one case in 2³².
      source: 'generated',
      schema: z
        .string()
        .regex(/^[\w-]{43}$/, 'is not a P-256 key in URL-safe base64, of 43 characters')
        .optional(),
      needed: ({ own }) => own.REMINDERS === 'on',
      // A browser subscribes with the public half: it does so again when its user next opens the page.
      rotate: () => 'DELETE FROM public.push_subscriptions;',
    },
    OPENAI_API_KEY: {
      source: 'given',
      // It goes into a header of HTTP, which takes no more.
      schema: z
        .string()
        .regex(
          /^[\x21-\x7e]*$/,
          'has a character that no key has: copy it once more, without what is around it',
        )
        .optional(),
      needed: (settings) => isReplaced(settings, 'assistant-stub'),
    },
  },

  configuration: {
    BACKEND_URL: ({ at }) => `http://${at('backend')}`,
    JWKS_URL: ({ at }) => `http://${at('frontend')}/api/auth/jwks`,
    JWT_AUDIENCE: () => 'todo',
    JWT_ISSUER: () => 'todo',
    LOG_LEVEL: ({ own }) => own.LOG_LEVEL,
    // The SDK answers 421 to any other Host header; a bare `*` is not understood, a port's `:*` is.
    MCP_ALLOWED_HOSTS: ({ at }) => `${at('mcp')},localhost:*,127.0.0.1:*`,
    MCP_URL: ({ at }) => `http://${at('mcp')}/mcp`,
    MODEL_PATIENCE: ({ own }) => own.MODEL_PATIENCE,
    OPENAI_BASE_URL: ({ settings, own, at }) =>
      isReplaced(settings, 'assistant-stub') ? own.OPENAI_BASE_URL : `http://${at('assistant-stub')}/v1`,
    OPENAI_MODEL: ({ settings, own }) =>
      isReplaced(settings, 'assistant-stub') ? own.OPENAI_MODEL : 'stand-in',
    OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: ({ own }) =>
      own.OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT,
    PUBLIC_ORIGINS: ({ origins }) => origins.join(','),
    PUSH_CONTACT: ({ origins }) => pushContact(origins[0] ?? 'http://localhost'),
    REMINDERS: ({ own }) => own.REMINDERS,
    SERVER_TIMING: ({ inLoop }) => (inLoop ? 'on' : 'off'),
    // The stand-in's cost nothing.
    TOKENS_A_DAY: ({ settings, own }) => (isReplaced(settings, 'assistant-stub') ? own.TOKENS_A_DAY : '0'),
    TRUSTED_PROXIES: ({ proxies }) => proxies,
  },

  services: {
    postgres: postgres({
      component: 'database',
      replacedBy: 'DATABASE_URL',
      image: 'postgres:17',
      port: 5432,
      user: 'todo',
      database: 'todo',
      password: 'POSTGRES_PASSWORD',
      resources: { cpu: '100m', memory: '128Mi' },
      init: 'apps/database/init',
    }),

    'assistant-stub': node({
      service: 'assistant-stub',
      component: 'language-model',
      replacedBy: 'OPENAI_BASE_URL',
      directory: 'apps/assistant-stub',
      port: 8002,
      replicated: false,
      server: 'server.ts',
      config: ['LOG_LEVEL'],
      resources: { cpu: '25m', memory: '64Mi' },
      sources: ['.'],
    }),

    frontend: next({
      component: 'web',
      directory: 'apps/frontend',
      port: 3000,
      nodePort: 30080,
      forwarded: true,
      telemetry: true,
      replicated: true,
      calls: ['backend', 'postgres'],
      migrate: { built: 'migrate.mjs', source: 'src/migrate.ts' },
      migrations: 'apps/frontend/src/server/auth-options.ts',
      carries: ['build'],
      config: ['BACKEND_URL', 'PUBLIC_ORIGINS', 'TRUSTED_PROXIES', 'JWT_ISSUER', 'JWT_AUDIENCE', 'LOG_LEVEL'],
      secrets: ['DATABASE_URL', 'BETTER_AUTH_SECRET'],
      resources: { cpu: '100m', memory: '128Mi', devMemoryLimit: '2Gi' },
      sources: ['src'],
    }),

    mcp: python({
      service: 'mcp',
      app: 'mcp_server.main:app',
      component: 'tool-server',
      directory: 'apps/backend',
      port: 8001,
      telemetry: true,
      replicated: true,
      calls: ['frontend', 'postgres'],
      migratedBy: 'backend',
      config: ['JWKS_URL', 'JWT_ISSUER', 'JWT_AUDIENCE', 'MCP_ALLOWED_HOSTS', 'SERVER_TIMING', 'LOG_LEVEL'],
      secrets: ['DATABASE_URL'],
      resources: { cpu: '50m', memory: '112Mi' },
      // The migrations say which schema it needs.
      sources: ['mcp_server', 'core', 'migrations'],
    }),

    backend: python({
      service: 'backend',
      app: 'app.main:app',
      component: 'api',
      directory: 'apps/backend',
      port: 8000,
      forwarded: true,
      documentation: '/openapi.json',
      telemetry: true,
      replicated: true,
      calls: ['frontend', 'mcp', 'assistant-stub', 'postgres'],
      // The push services of the browsers.
      callsInternet: ({ own }) => own.REMINDERS === 'on',
      migrate: 'app.migrate',
      migrations: 'apps/backend/migrations',
      carries: ['alembic.ini'],
      config: [
        'JWKS_URL',
        'JWT_ISSUER',
        'JWT_AUDIENCE',
        'MCP_URL',
        'OPENAI_BASE_URL',
        'OPENAI_MODEL',
        'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT',
        'MODEL_PATIENCE',
        'TOKENS_A_DAY',
        'REMINDERS',
        'PUSH_CONTACT',
        'SERVER_TIMING',
        'LOG_LEVEL',
      ],
      secrets: ['DATABASE_URL', 'OPENAI_API_KEY', 'VAPID_PRIVATE_KEY'],
      resources: { cpu: '100m', memory: '160Mi' },
      sources: ['app', 'core', 'migrations'],
    }),
  },

  journey: {
    calls: ['frontend', 'backend', 'mcp', 'postgres'],
    secrets: ['DATABASE_URL', 'SMOKE_PASSWORD'],
    image: 'frontend',
  },
  model: { baseUrl: 'OPENAI_BASE_URL', name: 'OPENAI_MODEL', key: 'OPENAI_API_KEY' },
  database: {
    service: 'postgres',
    user: 'todo',
    name: 'todo',
    url: 'DATABASE_URL',
    password: 'POSTGRES_PASSWORD',
    people: { table: 'auth."user"', where: `email <> '${SMOKE_EMAIL}'` },
    backup: {
      tables: ['auth."user"', 'auth.jwks'],
      revision: { table: 'public.alembic_version', migrations: 'apps/backend/migrations/versions' },
      work: 'public.tasks',
    },
  },
})

/** To whom a push service would write about us, https://www.rfc-editor.org/rfc/rfc8292#section-2.1 */
function pushContact(origin: string): string {
  const { protocol, hostname } = new URL(origin)
  return `webmaster@${protocol === 'https:' ? hostname : 'example.com'}`
}
