import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { keepForwarded } from '../../../lib/loop/forwards.ts'
import { freePort } from '../../../lib/shell/free-port.ts'
import { Refusal } from '../../../lib/shell/refusal.ts'
import { eventually } from '../../cluster/deadline.ts'

const test = suite('forwarded ports')
const PROBES = { live: '/health/live', ready: '/health/ready' }
let folder: string
let over: AbortController

test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'forwards-'))
  over = new AbortController()
})
test.after.each(async () => {
  over.abort()
  await eventually('the end of every kubectl', 60, async () => started().every((pid) => !isAlive(pid)))
  rmSync(folder, { recursive: true })
})

/** A kubectl that opens a port; what comes of a connection to it, the n-th kubectl's program decides. */
function put(program: string): string {
  const kubectl = join(folder, 'kubectl')
  const script = `#!${process.execPath}
const { appendFileSync, readFileSync, writeSync } = require('node:fs')
const started = ${JSON.stringify(join(folder, 'started'))}
if (process.argv.includes('pod/backend-2')) process.exit(1)
appendFileSync(started, process.pid + '\\n')
const n = readFileSync(started, 'utf8').trim().split('\\n').length
const say = (text) => { for (;;) try { return writeSync(1, text) } catch (error) { if (error.code !== 'EAGAIN') throw error } }
const answer = (socket, text) => socket.end('HTTP/1.1 200 OK\\r\\nconnection: close\\r\\ncontent-length: ' + text.length + '\\r\\n\\r\\n' + text)
require('node:net').createServer((socket) => {
  socket.on('error', () => undefined)
  socket.once('data', (asked) => { (${program})({ n, socket, path: String(asked).split(' ')[1], answer, say }) })
}).listen(0, '127.0.0.1', function () { console.log('Forwarding from 127.0.0.1:' + this.address().port + ' -> 1') })
`
  writeFileSync(kubectl, script, { mode: 0o755 })
  return kubectl
}

function started(): number[] {
  const file = join(folder, 'started')
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').map(Number) : []
}

/** Forwards to a pod that is ready, beside one that is not. @returns what is asked through it gets, and what hears of pods */
async function forwarded(kubectl: string) {
  const port = await freePort()
  const pods = { kubectl, context: 'minikube', namespace: 'todo', selector: 'a=b' }
  const hear = await keepForwarded({ name: 'backend', port, probes: PROBES }, pods, over.signal)
  hear({ kind: 'pod', service: 'backend', pod: 'backend-1', ready: true })
  hear({ kind: 'pod', service: 'backend', pod: 'backend-2', ready: false })
  const ask = async (path: string) => {
    const patience = AbortSignal.timeout(25_000)
    return (await fetch(`http://127.0.0.1:${port}${path}`, { signal: patience })).text()
  }
  return { ask, hear }
}

test('lead through a tunnel, and ask it once whether it leads somewhere', async () => {
  const { ask } = await forwarded(put('({ n, socket, path, answer }) => answer(socket, n + path)'))
  assert.is(await ask('/one'), '1/one')
  assert.is(await ask('/two'), '1/two')
})

test('get another tunnel where nothing comes through one that still accepts connections', async () => {
  const { ask } = await forwarded(
    put('({ n, socket, path, answer }) => n > 1 ? answer(socket, n + path) : undefined'),
  )
  assert.is(await ask('/'), '2/')
  await eventually('the end of the first', 60, async () => !isAlive(started()[0] ?? 0))
})

test('keep the tunnel, and what is under way in it, where the program itself is busy', async () => {
  const busy = `({ n, socket, path, answer }) => path === '/slow' ? answer(socket, n + path) : undefined`
  const { ask } = await forwarded(put(busy))
  assert.is(await ask('/slow'), '1/slow')
})

test('lead to a pod that became ready, while the one before gives the answers that it owes', async () => {
  const [asked, released] = [join(folder, 'asked'), join(folder, 'released')]
  const { ask, hear } = await forwarded(
    put(`({ n, socket, path, answer }) => {
      if (path !== '/late') return answer(socket, n + path)
      const { existsSync } = require('node:fs')
      appendFileSync('${asked}', path)
      const waiting = setInterval(() => {
        if (!existsSync('${released}')) return
        clearInterval(waiting)
        answer(socket, n + path)
      }, 20)
    }`),
  )
  const late = ask('/late')
  await eventually('the question', 60, async () => existsSync(asked))
  hear({ kind: 'pod', service: 'backend', pod: 'backend-3', ready: true })
  await eventually('an answer of the new pod', 60, async () => (await ask('/')) === '2/')
  writeFileSync(released, '')
  assert.is(await late, '1/late')
  await eventually('the end of the first', 60, async () => !isAlive(started()[0] ?? 0))
})

test('outlive more than fits into the pipe of what kubectl says', async () => {
  const talkative = `({ n, socket, path, answer, say }) => {
    for (let line = 0; line < 20000; line++) say('Handling connection for 12345\\n')
    answer(socket, n + path)
  }`
  const { ask } = await forwarded(put(talkative))
  assert.is(await ask('/'), '1/')
})

for (const host of ['127.0.0.1', '::1'])
  test(`are refused where ${host} is taken, and leave nothing open`, async () => {
    const stranger = await listening(createServer(), host)
    const { port } = stranger.address() as { port: number }
    const pods = { kubectl: put('() => undefined'), context: 'c', namespace: 'todo', selector: 'a=b' }
    const refusal = await keepForwarded({ name: 'backend', port, probes: PROBES }, pods, over.signal).then(
      () => undefined,
      (error: unknown) => error,
    )
    assert.instance(refusal, Refusal)
    assert.match((refusal as Refusal).message, `Port ${port} of this machine is taken`)
    stranger.close()
    for (const other of ['127.0.0.1', '::1'])
      await eventually(`${other} being free`, 60, async () => !(await accepts(other, port)))
  })

async function listening(server: Server, host: string): Promise<Server> {
  await once(server.listen(0, host), 'listening')
  return server
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host)
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test.run()
