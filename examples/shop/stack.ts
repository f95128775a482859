import { z } from 'zod'
import { defineStack } from '../../k8s/model/stack.ts'
import { go } from '../../lib/runtimes/go/program.ts'
import { vite } from '../../lib/runtimes/vite/program.ts'

/** A small shop: a page, an API in Go, and a cache with a password that knows what was taken from the shelf. */
export default defineStack({
  name: 'shop',
  about: 'A small shop: Vite page, Go API, Valkey',
  settings: {},

  secrets: {
    CACHE_PASSWORD: {
      source: 'generated',
      schema: z
        .string()
        .regex(/^[\w-]{16,}$/, 'is not 16 or more of letters, digits, _ and -')
        .optional(),
    },
    CACHE_URL: {
      source: 'derived',
      schema: z
        .url({ protocol: /^redis$/, error: 'is not a URL like redis://:password@host:6379' })
        .optional(),
      from: 'cache',
      derive: (secret, address) => `redis://:${secret('CACHE_PASSWORD')}@${address}/0`,
    },
    // Valkey takes a password from its configuration file, or from a command line that everybody on the node can read.
    CACHE_CONFIGURATION: {
      source: 'derived',
      from: 'cache',
      derive: (secret) => `requirepass ${secret('CACHE_PASSWORD')}`,
    },
  },

  configuration: { API_URL: ({ at }) => `http://${at('api')}` },

  services: {
    cache: {
      kind: 'store',
      component: 'cache',
      image: 'valkey/valkey:8',
      port: 6379,
      // Of the system user `valkey` in the official image.
      uid: 999,
      command: ({ host, port, data, secrets }) => [
        ...['valkey-server', `${secrets}/CACHE_CONFIGURATION`, '--bind', host, '--port', `${port}`],
        ...['--appendonly', 'yes', '--dir', data],
      ],
      secrets: ['CACHE_CONFIGURATION', 'CACHE_PASSWORD'],
      resources: { cpu: '25m', memory: '32Mi' },
      data: '/data',
      writable: {},
      onHost: {
        program: 'valkey-server',
        cure: 'install Valkey (Debian: apt-get install valkey-server; macOS: brew install valkey)',
      },
      ready: ({ secrets }) => [
        'sh',
        '-c',
        `REDISCLI_AUTH=$(cat ${secrets}/CACHE_PASSWORD) valkey-cli -e ping`,
      ],
    },

    api: go({
      service: 'api',
      component: 'api',
      directory: 'examples/shop/api',
      port: 8080,
      forwarded: true,
      replicated: true,
      calls: ['cache'],
      secrets: ['CACHE_URL'],
      resources: { cpu: '25m', memory: '32Mi', devMemoryLimit: '1Gi' },
      sources: ['.'],
    }),

    web: vite({
      service: 'web',
      server: 'server.ts',
      component: 'web',
      directory: 'examples/shop/web',
      port: 3100,
      nodePort: 30081,
      forwarded: true,
      replicated: true,
      calls: ['api'],
      config: ['API_URL'],
      resources: { cpu: '25m', memory: '64Mi', devMemoryLimit: '1Gi' },
      sources: ['src'],
    }),
  },

  journey: { calls: ['web', 'api', 'cache'], secrets: ['CACHE_URL'], image: 'web' },
})
