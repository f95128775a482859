import { build } from 'esbuild'

// better-auth travels inside the file; pg stays outside, where the server has it too.
await build({
  entryPoints: ['src/migrate.ts'],
  outfile: 'dist/migrate.mjs',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  external: ['pg'],
  legalComments: 'none',
  logLevel: 'warning',
})
