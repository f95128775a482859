import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'

const test = suite('the reloader of Node programs')
const MAIN = fileURLToPath(new URL('../../../../lib/runtimes/node/reload/main.ts', import.meta.url))
/** Says in a line what `name.ts` calls it, and serves until it is ended. */
const SERVER = `import { NAME } from './api/name.ts'
process.stdout.write(NAME + '\\n')
setInterval(() => undefined, 60_000)
`
const named = (name: string) => `export const NAME = '${name}'\n`

/** A program of two files, run by the reloader. */
async function startProgram() {
  const folder = await mkdtemp(join(tmpdir(), 'reloaded-'))
  await mkdir(join(folder, 'api'))
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  await writeFile(join(folder, 'server.ts'), SERVER)
  await writeFile(join(folder, 'api', 'name.ts'), named('one'))
  const program = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), MAIN, 'server.ts'], {
    cwd: folder,
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines = createInterface(program.stdout)[Symbol.asyncIterator]()
  /** What the next server calls itself. */
  const nextServer = async (): Promise<string> => {
    const { value, done } = await lines.next()
    if (done) throw new Error('the reloader ended')
    return value
  }
  return {
    program,
    nextServer,
    path: join(folder, 'api', 'name.ts'),
    remove: async () => {
      if (program.exitCode === null) {
        program.kill('SIGTERM')
        await once(program, 'close')
      }
      await rm(folder, { recursive: true })
    },
  }
}

test('serves each save: in place, by a rename, and in place after that', async () => {
  const started = await startProgram()
  try {
    assert.is(await started.nextServer(), 'one')
    await writeFile(started.path, named('first'))
    assert.is(await started.nextServer(), 'first')
    for (const name of ['second', 'third']) {
      await writeFile(`${started.path}.new`, named(name))
      await rename(`${started.path}.new`, started.path)
      assert.is(await started.nextServer(), name)
    }
    await writeFile(started.path, named('fourth'))
    assert.is(await started.nextServer(), 'fourth')
  } finally {
    await started.remove()
  }
})

test('lives on with a broken file, and serves its correction', async () => {
  const started = await startProgram()
  try {
    await started.nextServer()
    const told = once(createInterface(started.program.stderr), 'line')
    await writeFile(started.path, 'const = broken')
    await told
    await writeFile(started.path, named('healed'))
    assert.is(await started.nextServer(), 'healed')
  } finally {
    await started.remove()
  }
})

test('ends with its server on SIGTERM', async () => {
  const started = await startProgram()
  await started.nextServer()
  started.program.kill('SIGTERM')
  const [code] = await once(started.program, 'close')
  assert.is(code, 0)
  await started.remove()
})

test.run()
