import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { freePort } from '../../../../lib/shell/free-port.ts'

const test = suite('the reloader of Node programs')
const MAIN = fileURLToPath(new URL('../../../../lib/runtimes/node/reload/main.ts', import.meta.url))
/** Listens, and is called what `name.ts` calls it. */
const SERVER = `import { createServer } from 'node:http'
import { NAME } from './api/name.ts'
createServer((_, response) => response.end(NAME)).listen(process.env.PORT, '127.0.0.1')
`
const named = (name: string) => `export const NAME = '${name}'\n`

/** What the reloader says when a server answers, or does not start. */
interface News {
  readonly message: string
  readonly event?: string
  readonly loaded?: Readonly<Record<string, string>>
}

/** A program of two files, run by the reloader. */
async function startProgram() {
  const folder = await mkdtemp(join(tmpdir(), 'reloaded-'))
  await mkdir(join(folder, 'api'))
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  await writeFile(join(folder, 'server.ts'), SERVER)
  await writeFile(join(folder, 'api', 'name.ts'), named('one'))
  const port = await freePort()
  const words = ['--import', import.meta.resolve('tsx'), MAIN, 'named', 'server.ts']
  const program = spawn(process.execPath, words, {
    cwd: folder,
    env: { PATH: process.env.PATH, HOSTNAME: '127.0.0.1', PORT: String(port) },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const lines = createInterface(program.stdout)[Symbol.asyncIterator]()
  const nextNews = async (): Promise<News> => {
    const { value, done } = await lines.next()
    if (done) throw new Error('the reloader ended')
    return JSON.parse(value) as News
  }
  return {
    program,
    nextNews,
    /** What the next server calls itself. */
    nextServer: async (): Promise<string> => {
      await nextNews()
      return (await fetch(`http://127.0.0.1:${port}`)).text()
    },
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

test('tells what the server that answers has read', async () => {
  const started = await startProgram()
  try {
    assert.is((await started.nextNews()).message, 'Started')
    await writeFile(started.path, named('two'))
    const { message, loaded } = await started.nextNews()
    const hash = createHash('sha256').update(named('two')).digest('hex')
    assert.equal([message, loaded], ['Reloaded', { 'api/name.ts': hash }])
  } finally {
    await started.remove()
  }
})

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
    await writeFile(started.path, 'const = broken')
    assert.is((await started.nextNews()).event, 'broken')
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
