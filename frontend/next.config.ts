import type { NextConfig } from 'next'

const root = import.meta.dirname

export default {
  output: 'standalone',
  outputFileTracingRoot: root,
  turbopack: { root },
  serverExternalPackages: ['pg'],
  // No image is resized at run time, so the 20 MB image library stays out of the standalone tree.
  images: { unoptimized: true },
  outputFileTracingExcludes: { 'next-server': ['**/node_modules/sharp/**', '**/node_modules/@img/**'] },
  poweredByHeader: false,
  // Next would otherwise write its advice files for coding agents into this folder in dev.
  agentRules: false,
  // One JSON line a request comes from src/server/request-log.ts.
  logging: { incomingRequests: false },
  // TypeScript 7 has no compiler API; Next runs its tsc instead.
  experimental: { useTypeScriptCli: true },
} satisfies NextConfig
