import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { CHECKOUT } from '../../../../lib/shell/state-folder.ts'

const test = suite("the loop's start of Next.js")
const MAIN = join(CHECKOUT, 'lib/runtimes/next/reload/main.ts')
const NEXT = `console.log('next ' + process.argv.slice(2).join(' ') + ' ' + process.execArgv.length)
setInterval(() => undefined, 1000)\n`
let folder: string
let child: ChildProcess | undefined

test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'next-reload-'))
  mkdirSync(join(folder, 'node_modules/next/dist/bin'), { recursive: true })
  writeFileSync(join(folder, 'node_modules/next/dist/bin/next'), NEXT)
  mkdirSync(join(folder, 'src'))
  writeFileSync(join(folder, 'src/tables.ts'), '')
})
test.after.each(async () => {
  if (child && child.exitCode === null) {
    child.kill()
    await once(child, 'exit')
  }
  rmSync(folder, { recursive: true })
})

/** Starts it with a migration that runs these statements. */
function start(migration: string) {
  writeFileSync(join(folder, 'src/migrate.ts'), migration)
  const words = [
    '--import',
    import.meta.resolve('tsx'),
    MAIN,
    'src/migrate.ts',
    'src/tables.ts',
    'dev',
    '--x',
  ]
  const started = spawn(process.execPath, words, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] })
  child = started
  let said = ''
  started.stdout.on('data', (chunk) => {
    said += chunk
  })
  return {
    started,
    until: async (pattern: RegExp) => {
      while (!pattern.test(said)) await once(started.stdout, 'data')
    },
  }
}

test('is told the words and nothing of our TypeScript, and the tables are made beside it and after a save of them', async () => {
  const { until } = start("const word: string = 'migrated'; console.log(word)")
  await until(/^next dev --x 0$/m)
  await until(/migrated/)
  writeFileSync(join(folder, 'src/tables.ts'), '// edited')
  await until(/migrated\nmigrated/)
})

test('ends with a migration that fails at the start', async () => {
  const { started } = start('process.exit(7)')
  const [code] = await once(started, 'exit')
  assert.is(code, 7)
})

test.run()
