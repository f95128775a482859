import { pathToFileURL } from 'node:url'
import { beginning, end } from './sections.ts'

/**
 * Runs test files of uvu one after another, in one process: a start of tsx costs as much as most files.
 * Each finds the environment as the first one did. What a file says stands between two lines of its own.
 *
 * Called as: node --import tsx scripts/test/one-process.ts FILE…
 */
const shared = globalThis as { UVU_DEFER?: number; UVU_QUEUE?: unknown[][] }
shared.UVU_DEFER = 1
const { exec } = await import('uvu')

// An end by this signal is an exit, at which files put away what they have made, unless one of them sees to it itself.
process.once('SIGTERM', () => {
  if (process.listenerCount('SIGTERM') === 0) process.exit(143)
})

const environment = { ...process.env }
let failed = false
for (const file of process.argv.slice(2)) {
  const started = performance.now()
  console.log(beginning(file))
  shared.UVU_QUEUE = [[null]]
  await import(pathToFileURL(file).href)
  await exec()
  failed ||= process.exitCode !== 0
  process.exitCode = 0
  console.log(end((performance.now() - started) / 1000))
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name]
  Object.assign(process.env, environment)
}
process.exitCode = failed ? 1 : 0
