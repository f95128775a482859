import assert from 'node:assert/strict'
import { type FSWatcher, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import type { MarkedLine } from '../../../k8s/model/bench.ts'
import { measureLoop } from '../../../scripts/bench/loop.ts'

const test = suite('the loop of a tiny server')
const folder = mkdtempSync(join(tmpdir(), 'loop-'))
process.env.XDG_STATE_HOME = join(folder, 'state')
const file = join(folder, 'page.txt')
const line: MarkedLine = {
  file: 'page.txt',
  text: 'Hello',
  question: (url) => ({ url }),
}
const pace = { edits: 3, warmUps: 1, rest: 1, patience: 1 }
const running = new AbortController().signal
let server: Server
let url: string
let watcher: FSWatcher
let connections = 0
const versions: string[] = []

test.before(async () => {
  writeFileSync(file, 'Hello, world\n')
  let page = 'Hello, world\n'
  watcher = watch(file, () => {
    const read = readFileSync(file, 'utf8')
    if (read && read !== page) versions.push(read)
    page = read
  })
  server = createServer((request, response) => {
    if (request.url === '/deaf') response.end('Hello, old world')
    // A server that restarts closes connections; a client has to come again.
    else if (page.includes('edit') && connections % 5 === 0) request.socket.destroy()
    else response.end(page)
  })
  server.on('connection', () => connections++)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

test.after(() => {
  watcher.close()
  server.close()
  rmSync(folder, { recursive: true })
})

test('has a sample for each edit that counts, each after the one before was served, and the file as it was', async () => {
  const before = connections
  const { served, looks } = await measureLoop(folder, line, { url }, pace, running)
  assert.equal(served.length, 3)
  assert.ok(served.every((milliseconds) => milliseconds > 0))
  assert.ok(looks.length > 0)
  assert.equal(new Set(versions.filter((text) => text.includes('(edit '))).size, 4)
  assert.equal(readFileSync(file, 'utf8'), 'Hello, world\n')
  assert.ok(connections - before >= served.length + looks.length, 'each look has a connection of its own')
})

test('says what was served instead when an edit is not, and puts the file back', async () => {
  await assert.rejects(
    measureLoop(folder, line, { url: `${url}/deaf` }, pace, running),
    /did not serve "\(edit .* within 1 s; it answered: Hello, old world/,
  )
  assert.equal(readFileSync(file, 'utf8'), 'Hello, world\n')
})

test('stops where it is when interrupted, and puts the file back', async () => {
  const controller = new AbortController()
  const question = { url: `${url}/deaf` }
  server.once('request', () => controller.abort(new Error('Interrupted.')))
  await assert.rejects(
    measureLoop(folder, line, question, { ...pace, patience: 60 }, controller.signal),
    /Interrupted|aborted/,
  )
  assert.equal(readFileSync(file, 'utf8'), 'Hello, world\n')
})

test.run()
