import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'

/**
 * Builds a program that a test starts often into one file, which Node runs by itself: most of such a start is that of tsx.
 * It is gone when this process ends, and takes a folder of its own for its checkout.
 *
 * @param program the URL of its source
 * @returns the file
 */
export function built(program: URL): string {
  const folder = mkdtempSync(join(tmpdir(), 'built-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const outfile = join(folder, 'lib', 'shell', 'program.mjs')
  buildSync({
    entryPoints: [fileURLToPath(program)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
  })
  return outfile
}
