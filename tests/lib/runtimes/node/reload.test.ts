import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
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
  readonly exception?: string
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
    url: `http://127.0.0.1:${port}`,
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

test('tells a save though the server that was started for it is ended for a folder', async () => {
  const started = await startProgram()
  try {
    assert.is((await started.nextNews()).message, 'Started')
    const folder = join(dirname(started.path), 'more')
    const save = `import { existsSync } from 'node:fs'
      const isThere = existsSync('api/more')
      console.log('{ "message": "reads" }')
      if (!isThere) await new Promise(() => setInterval(() => undefined, 1000))
      ${named('two')}`
    await writeFile(started.path, save)
    assert.is((await started.nextNews()).message, 'reads')
    await mkdir(folder)
    assert.is((await started.nextNews()).message, 'reads')
    const { message, loaded } = await started.nextNews()
    const hash = createHash('sha256').update(save).digest('hex')
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

test('lets what is saved in a pause wait for its end', async () => {
  const started = await startProgram()
  try {
    assert.is(await started.nextServer(), 'one')
    started.program.kill('SIGUSR1')
    await writeFile(started.path, 'broken')
    assert.is(await (await fetch(started.url)).text(), 'one')
    await writeFile(started.path, named('two'))
    started.program.kill('SIGUSR2')
    const { message, loaded } = await started.nextNews()
    assert.equal([message, Object.keys(loaded ?? {})], ['Reloaded', ['api/name.ts']])
    assert.is(await (await fetch(started.url)).text(), 'two')
  } finally {
    await started.remove()
  }
})

test('names file, line and reason of what does not start, lives on, and serves its correction', async () => {
  const started = await startProgram()
  try {
    await started.nextServer()
    for (const [text, reason] of [
      ['// One line.\nexport const = broken\n', /^Does not start: SyntaxError.*: .+ \(api\/name\.ts:2\)$/],
      [
        `\n${named('none')}throw new TypeError("no name")\n`,
        /^Does not start: TypeError: no name \(api\/name\.ts:3\)$/,
      ],
      [
        'import "./gone.ts"\n',
        /^Does not start: Error .*Cannot find module 'api\/gone\.ts' imported from api\/name\.ts$/,
      ],
    ] as const) {
      await writeFile(`${started.path}.new`, text)
      await rename(`${started.path}.new`, started.path)
      const { event, message, exception = '' } = await started.nextNews()
      assert.is(event, 'broken')
      assert.ok(reason.test(message), message)
      assert.match(exception, started.path)
    }
    await writeFile(started.path, named('healed'))
    assert.is(await started.nextServer(), 'healed')
  } finally {
    await started.remove()
  }
})

test('says of a server that ends later that it did, and why', async () => {
  const started = await startProgram()
  try {
    await started.nextServer()
    await writeFile(
      started.path,
      `${named('short')}export const end = () => { throw new RangeError('enough') }\n`,
    )
    await started.nextServer()
    await writeFile(
      join(started.path, '..', '..', 'server.ts'),
      `import { end } from './api/name.ts'\n${SERVER.replace('=> response', '=> end() ?? response')}`,
    )
    await started.nextNews()
    await fetch(started.url).catch(() => undefined)
    const { event, message } = await started.nextNews()
    assert.equal([event, message], ['broken', 'Ended: RangeError: enough (api/name.ts:2)'])
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
