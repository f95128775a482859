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
  const until = async (pattern: RegExp) => {
    while (!pattern.test(said)) await once(started.stdout, 'data')
  }
  return {
    started,
    until,
    /** What the pattern's group is in what it prints. */
    find: async (pattern: RegExp) => {
      await until(pattern)
      return pattern.exec(said)?.[1] ?? ''
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

test('a request that waits when its server is told to end is answered, as is one that comes a moment later', async () => {
  // As Next's: a child that listens and at SIGTERM cuts what is open unless it is told not to, killed where it takes long.
  writeFileSync(
    join(folder, 'node_modules/next/dist/bin/next'),
    `import { fork } from 'node:child_process'
    import { createServer } from 'node:http'
    if (process.argv[2] === 'dev') {
      const server = fork(process.argv[1], ['serve'])
      server.once('exit', () => process.exit())
      process.on('SIGTERM', () => {
        server.kill('SIGTERM')
        setTimeout(() => server.kill('SIGKILL'), process.env.NEXT_EXIT_TIMEOUT_MS ?? 100)
      })
    } else {
      const waiting = []
      const server = createServer((request, response) => {
        if (request.url !== '/slow') return response.end('quick')
        waiting.push(response)
        console.log('waits')
      })
      server.listen(0, '127.0.0.1', () => console.log('at ' + server.address().port + ';'))
      if (!process.env.NEXT_MANUAL_SIG_HANDLE) process.on('SIGTERM', () => process.exit(143))
      process.on('SIGHUP', () => waiting.map((response) => response.end('slow')))
      console.log('pid ' + process.pid + ';')
    }`,
  )
  writeFileSync(join(folder, 'node_modules/next/package.json'), '{"type":"module"}')
  const { started, until, find } = start("console.log('migrated')")
  await until(/migrated/)
  const port = await find(/at (\d+);/)
  const pid = Number(await find(/pid (\d+);/))
  const address = `http://127.0.0.1:${port}`
  const slow = fetch(`${address}/slow`)
  await until(/waits/)
  started.kill('SIGTERM')
  assert.is(await (await fetch(`${address}/later`)).text(), 'quick')
  process.kill(pid, 'SIGHUP')
  assert.is(await (await slow).text(), 'slow')
  await once(started, 'exit')
})

test.run()
