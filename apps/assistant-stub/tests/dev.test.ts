import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'

const test = suite('the stand-in model in the loop')
const TOP = fileURLToPath(new URL('..', import.meta.url))
const LOG = 'api/log.ts'

/** A copy of the sources, run by dev.ts; each server says `Listening` once it is up. */
async function startCopy() {
  const folder = await mkdtemp(join(tmpdir(), 'stub-'))
  await cp(TOP, folder, { recursive: true, filter: (source) => !source.startsWith(join(TOP, 'tests')) })
  const program = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), 'dev.ts'], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOSTNAME: '127.0.0.1', PORT: '0', LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines = createInterface(program.stdout)[Symbol.asyncIterator]()
  /** The service that the next server calls itself, which the edits change. */
  const nextServer = async (): Promise<string> => {
    for (;;) {
      const { value, done } = await lines.next()
      if (done) throw new Error('dev.ts ended')
      const { message, service } = JSON.parse(value)
      if (message === 'Listening') return service
    }
  }
  const source = await readFile(join(folder, LOG), 'utf8')
  assert.ok(source.includes("'assistant-stub'"))
  return {
    program,
    nextServer,
    named: (name: string) => source.replace("'assistant-stub'", `'${name}'`),
    path: join(folder, LOG),
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
  const copy = await startCopy()
  try {
    assert.is(await copy.nextServer(), 'assistant-stub')
    await writeFile(copy.path, copy.named('first'))
    assert.is(await copy.nextServer(), 'first')
    for (const name of ['second', 'third']) {
      await writeFile(`${copy.path}.new`, copy.named(name))
      await rename(`${copy.path}.new`, copy.path)
      assert.is(await copy.nextServer(), name)
    }
    await writeFile(copy.path, copy.named('fourth'))
    assert.is(await copy.nextServer(), 'fourth')
  } finally {
    await copy.remove()
  }
})

test('lives on with a broken file, and serves its correction', async () => {
  const copy = await startCopy()
  try {
    await copy.nextServer()
    const told = once(createInterface(copy.program.stderr), 'line')
    await writeFile(copy.path, 'const = broken')
    await told
    await writeFile(copy.path, copy.named('healed'))
    assert.is(await copy.nextServer(), 'healed')
  } finally {
    await copy.remove()
  }
})

test('ends with its server on SIGTERM', async () => {
  const copy = await startCopy()
  await copy.nextServer()
  copy.program.kill('SIGTERM')
  const [code] = await once(copy.program, 'close')
  assert.is(code, 0)
  await copy.remove()
})

test.run()
