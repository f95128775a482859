import type { NextConfig } from 'next'

const root = import.meta.dirname

const securityHeaders = [
  { key: 'x-content-type-options', value: 'nosniff' },
  { key: 'x-frame-options', value: 'DENY' },
  { key: 'referrer-policy', value: 'strict-origin-when-cross-origin' },
  { key: 'cross-origin-opener-policy', value: 'same-origin' },
  { key: 'permissions-policy', value: 'camera=(), microphone=(), geolocation=()' },
]

/** Hosts that a browser may see the page under: in dev, Next would reload it under no other name than localhost. */
const hosts = (process.env.PUBLIC_ORIGINS ?? '')
  .split(',')
  .flatMap((origin) => (URL.canParse(origin) ? new URL(origin).hostname : []))

export default {
  allowedDevOrigins: hosts,
  output: 'standalone',
  outputFileTracingRoot: root,
  // The service worker is sent as it is written.
  turbopack: { root, rules: { '**/service-worker.js': { type: 'text' } } },
  serverExternalPackages: ['pg'],
  // No image is resized at run time, so the 20 MB image library stays out of the standalone tree.
  images: { unoptimized: true },
  outputFileTracingExcludes: { 'next-server': ['**/node_modules/sharp/**', '**/node_modules/@img/**'] },
  poweredByHeader: false,
  // Each is one route, not a `[...path]`: in development, Next.js starts a process at each request to a route with a parameter.
  rewrites: async () => [
    { source: '/api/auth/:path+', destination: '/api/auth' },
    { source: '/api/:userId/:path+', destination: '/api/backend' },
  ],
  // The content security policy is in src/proxy.ts, because it differs from answer to answer.
  headers: async () => [{ source: '/:path*', headers: securityHeaders }],
  // Next would otherwise write its advice files for coding agents into this folder in dev.
  agentRules: false,
  // One JSON line a request comes from src/server/request-log.ts.
  logging: { incomingRequests: false },
  // Types are checked by `npm test`, whose packages a build has no need of.
  typescript: { ignoreBuildErrors: true },
  experimental: {
    // TypeScript 7 has no compiler API; Next runs its tsc instead.
    useTypeScriptCli: true,
    optimizePackageImports: ['@mantine/core', '@mantine/hooks', '@mantine/notifications'],
  },
} satisfies NextConfig
