import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { redactor } from '../../../lib/diagnosis/redact.ts'
import { type Address, dashboardAddress } from '../../../lib/loop/dashboard/address.ts'
import type { PageAction } from '../../../lib/loop/dashboard/messages.ts'
import { openDashboard } from '../../../lib/loop/dashboard/open.ts'
import { openSession, type Session } from '../../../lib/loop/session/session.ts'
import { Refusal } from '../../../lib/shell/refusal.ts'

const test = suite('the dashboard, asked by anybody')

const SECRET = 'correct-horse-battery'
const PLACE = { stack: 'x', where: 'here', sources: 'mounted', links: {}, logs: '' } as const
const ending = new AbortController()
const restarted: string[] = []
let state: string
let address: Address
let session: Session

test.before(async () => {
  state = mkdtempSync(join(tmpdir(), 'dashboard-'))
  address = await dashboardAddress(state)
  session = openSession([{ name: 'api' }], PLACE, redactor([SECRET]))
  const act = async (action: PageAction) => {
    const name = 'restart' in action ? action.restart : ''
    if (name !== 'api') throw new Refusal(`No service is called ${name}.`, 'name another')
    restarted.push(name)
  }
  const graph = () =>
    session.state().services.map(({ name }) => ({ name, kind: 'program', calls: [] }) as const)
  openDashboard(session, { ...address, state }, { graph, act }, ending.signal)
  while (!(await ask('/icon.svg').catch(() => undefined)))
    await new Promise((resolve) => setTimeout(resolve, 20))
})
// The folder goes with the run: the thread that keeps what happened still writes.
test.after(() => ending.abort())

interface Asked {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly isStranger?: boolean
}

/** By a program that, unlike fetch, may name any host; on a connection of its own, which nobody has hung up. */
async function ask(path: string, { method = 'GET', headers = {}, body, isStranger }: Asked = {}) {
  const own = isStranger ? {} : { authorization: `Bearer ${address.token}` }
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; text: string }>(
    (resolve, reject) => {
      const asking = request(
        {
          host: '127.0.0.1',
          port: address.port,
          agent: false,
          path,
          method,
          headers: { ...own, ...length, ...headers },
        },
        (answer) =>
          text(answer).then(
            (text) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }),
            reject,
          ),
      )
      asking.on('error', reject).end(body)
    },
  )
}

const say = (text: string) =>
  session.tell({ kind: 'log', service: 'api', at: Date.now(), line: { level: 'info', text, below: [] } })

/** Has a service join, and waits until the dashboard has heard of it. */
async function joining(name: string): Promise<void> {
  session.tell({ kind: 'joined', members: [{ name }] })
  while (!(await ask('/api/status')).text.includes(`"${name}"`))
    await new Promise((resolve) => setTimeout(resolve, 20))
}

/** Asks again until something is there: what happens is gathered for a moment. */
async function lines(contains: string): Promise<string> {
  for (;;) {
    const { text } = await ask(`/api/lines?contains=${encodeURIComponent(contains)}`)
    if (JSON.parse(text).total > 0) return text
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

test('a host that is not ours is not answered, whoever asks: its name may lead here', async () => {
  for (const host of [
    `evil.example:${address.port}`,
    'localhost',
    `localhost.evil.example:${address.port}`,
  ]) {
    assert.is((await ask('/', { headers: { host } })).status, 403)
    assert.is((await ask('/api/lines', { headers: { host } })).status, 403)
  }
  assert.is((await ask('/api/runs', { headers: { host: `localhost:${address.port}` } })).status, 200)
})

test('nobody else can listen where localhost leads', async () => {
  for (const host of ['127.0.0.1', '::1']) {
    const error = await new Promise<NodeJS.ErrnoException>((resolve, reject) => {
      const server = createServer().on('error', resolve)
      server.listen(address.port, host, () => server.close(() => reject(new Error(`${host} was free`))))
    })
    assert.ok(['EADDRINUSE', 'EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(error.code ?? ''), error.message)
  }
})

test('pages of elsewhere are not answered, with a token or without', async () => {
  for (const origin of [
    'https://evil.example',
    'null',
    `https://localhost:${address.port}`,
    'http://localhost:1',
  ])
    assert.is((await ask('/api/runs', { headers: { origin } })).status, 403)
  assert.is((await ask('/api/runs', { headers: { origin: `http://localhost:${address.port}` } })).status, 200)
})

test('nothing is read and nothing done without the token of this session', async () => {
  for (const path of ['status', 'lines', 'saves', 'traces', 'trace', 'points', 'findings', 'runs', 'news'])
    assert.is((await ask(`/api/${path}`, { isStranger: true })).status, 401, path)
  const wrong = { authorization: `Bearer ${'x'.repeat(address.token.length)}` }
  assert.is((await ask('/api/lines', { headers: wrong })).status, 401)
  const restart = { method: 'POST', body: '{"restart":"api"}' }
  assert.is((await ask('/api/actions', { ...restart, isStranger: true })).status, 401)
  assert.equal(restarted, [])
  assert.is((await ask('/api/actions', restart)).status, 200)
  assert.equal(restarted, ['api'])
})

test('an action that cannot be is refused with its cure', async () => {
  const { status, text } = await ask('/api/actions', { method: 'POST', body: '{"restart":"apis"}' })
  assert.equal(
    [status, JSON.parse(text)],
    [409, { message: 'No service is called apis.', cure: 'name another' }],
  )
  for (const body of ['{}', 'no', `{"restart":"${'x'.repeat(5000)}"}`])
    assert.is((await ask('/api/actions', { method: 'POST', body })).status, 400)
  for (const method of ['PUT', 'DELETE', 'POST']) assert.is((await ask('/api/lines', { method })).status, 405)
})

test('the page runs nothing but its own files', async () => {
  const { headers } = await ask('/', { isStranger: true })
  const policy = String(headers['content-security-policy'])
  assert.match(policy, "default-src 'none'; script-src 'self'; style-src 'self'")
  assert.match(policy, "frame-ancestors 'none'")
  assert.not.match(policy, 'unsafe')
  for (const path of ['/../package.json', '/%2e%2e/thread.ts', '/main.tsx', '/page/main.tsx'])
    assert.is((await ask(path)).status, 404)
})

test('secrets are taken out before a line is kept', async () => {
  say(`connected with ${SECRET}`)
  assert.not.match(await lines('connected with'), SECRET)
})

test('secrets are taken out of whatever else is told', async () => {
  const error = `cannot reach postgres://api:${SECRET}@db`
  session.tell({ kind: 'round', status: 'running', at: 1 })
  session.tell({ kind: 'build', image: 'api', status: 'failed', error })
  session.tell({ kind: 'round', status: 'failed', at: 2, error })
  session.tell({ kind: 'rollout', workload: 'api', status: 'failed', message: error })
  session.tell({ kind: 'rendered', began: 1, made: 1, error })
  const finding = { cause: 'x', where: 'deployment/api', message: error, cure: error, evidence: [] }
  session.tell({ kind: 'findings', findings: [finding] })
  say('after all that')
  await lines('after all that')
  for (const path of ['status', 'saves', 'findings'])
    assert.not.match((await ask(`/api/${path}`)).text, SECRET, path)
})

test('telemetry that is nested deeper than any stack ends nothing', async () => {
  const data = JSON.parse(`{"resourceSpans":${'['.repeat(9000)}${']'.repeat(9000)}}`)
  session.tell({ kind: 'telemetry', service: 'api', data, at: 1 })
  say('after the deep one')
  assert.match(await lines('after the deep one'), 'after')
})

test('a service that joins is there', async () => {
  await joining('late')
  const { graph } = JSON.parse((await ask('/api/status')).text)
  assert.equal(
    graph.map(({ name }: { name: string }) => name),
    ['api', 'late'],
  )
})

test('a line as long as a book is cut, and what comes after it is kept', async () => {
  say('long '.repeat(2_000_000))
  say('after the long one')
  assert.match(await lines('after the long one'), 'after')
  assert.ok((await lines('long long')).length < 40_000)
})

test('who opens a thousand streams is stopped, and the others are served', async () => {
  const open = Array.from(
    { length: 1000 },
    () =>
      new Promise<[number, () => void]>((resolve) => {
        const headers = { authorization: `Bearer ${address.token}` }
        const asking = request(
          { host: '127.0.0.1', port: address.port, agent: false, path: '/api/news', headers },
          (answer) => resolve([answer.statusCode ?? 0, () => asking.destroy()]),
        )
        asking.on('error', () => resolve([0, () => undefined])).end()
      }),
  )
  const answers = await Promise.all(open)
  assert.ok(answers.filter(([status]) => status === 200).length <= 32)
  for (const [, close] of answers) close()
  say('still here')
  assert.match(await lines('still here'), 'still here')
})

test('what cannot be kept is said once, not for each word of it', async () => {
  const notes: string[] = []
  const endHearing = session.on((event) => event.kind === 'note' && notes.push(event.text))
  rmSync(join(state, 'runs'), { recursive: true, maxRetries: 10 })
  for (let part = 0; part < 5; part += 1) {
    say('into the hole')
    await joining(`part-${part}`)
  }
  endHearing()
  assert.is(notes.filter((text) => text.startsWith('what happened was not kept')).length, 1)
})

test.run()
