import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Api, openApi } from '../../../lib/cluster/api.ts'
import { Refusal } from '../../../lib/shell/refusal.ts'
import { eventually } from '../../cluster/deadline.ts'
import { apiServer } from './api-server.ts'

const test = suite('the one way to the cluster')
const { TMPDIR } = process.env
let folder: string
let server: Awaited<ReturnType<typeof apiServer>>
let api: Api
/** What a request for lines is answered with, as they are written. */
let stream: ServerResponse | undefined

test.before.each(async () => {
  server = await apiServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost')
    if (searchParams.has('watch')) stream = response.writeHead(200)
    else response.writeHead(pathname === '/there' ? 200 : 403).end('{"kind":"List"}')
    if (searchParams.has('watch')) response.flushHeaders()
  })
  folder = mkdtempSync(join(tmpdir(), 'ways-'))
  process.env.TMPDIR = folder
  api = openApi('any')
})
test.after.each(async () => {
  api.close()
  server.close()
  if (TMPDIR === undefined) delete process.env.TMPDIR
  else process.env.TMPDIR = TMPDIR
  await eventually('the end of every proxy', 60, async () => readdirSync(folder).length === 0)
  rmSync(folder, { recursive: true })
})

test('reads what is there, and nothing where nobody may look', async () => {
  assert.equal(await api.read('/there'), { kind: 'List' })
  assert.is(await api.read('/hidden'), undefined)
  assert.is(server.proxies().length, 1)
})

test('leaves no folder behind, whatever is on the PATH', async () => {
  await api.read('/there')
  assert.is(readdirSync(folder).length, 1)
  api.close()
  await eventually('no folder', 60, async () => readdirSync(folder).length === 0)
})

test('starts its proxy anew where that ends', async () => {
  await api.read('/there')
  process.kill(server.proxies()[0] ?? 0)
  await eventually('the end of the first', 60, async () => readdirSync(folder).length === 0)
  assert.equal(await api.read('/there'), { kind: 'List' })
  assert.is(server.proxies().length, 2)
})

test('gives the lines of a watch as they come, however they are cut, and its break as an error', async () => {
  const lines: string[] = []
  const reading = (async () => {
    for await (const line of api.watch('/pods')) lines.push(line)
  })()
  const broken = reading.then(
    () => false,
    () => true,
  )
  await eventually('the stream', 60, async () => stream !== undefined)
  stream?.write('one\ntw')
  await eventually('the first line', 60, async () => lines.length === 1)
  stream?.write('o\nthree')
  await eventually('the second line', 60, async () => lines.length === 2)
  stream?.destroy()
  assert.ok(await broken)
  assert.equal(lines, ['one', 'two'])
})

test('refuses where kubectl is missing, and opens once it is there', async () => {
  const { PATH } = process.env
  process.env.PATH = folder
  const refusal = await api.read('/there').catch((error: unknown) => error)
  process.env.PATH = PATH
  assert.instance(refusal, Refusal)
  assert.equal(await api.read('/there'), { kind: 'List' })
})

test.run()
