import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { NamedProgram } from '../../../k8s/services.ts'
import { programs } from '../../../k8s/services.ts'
import { openPause } from '../../../lib/loop/pause.ts'
import type { KeptLine } from '../../../lib/loop/record/kinds.ts'
import { answerTo, ask, asking, socketOf } from '../../../lib/loop/session/client.ts'
import { status, waited } from '../../../lib/loop/session/questions.ts'
import { serveSession } from '../../../lib/loop/session/serve.ts'
import type { Session } from '../../../lib/loop/session/session.ts'
import { Refusal } from '../../../lib/shell/refusal.ts'
import { CHECKOUT } from '../../../lib/shell/state-folder.ts'
import { DEFAULTS } from '../../k8s/settings-of-every-kind.ts'

const test = suite('asking a loop')
/** Where it counts what has happened in it before. */
const anew = suite('asking a loop that has just begun')

const [program] = programs(DEFAULTS)
const PLACE = {
  stack: 'x',
  where: 'here',
  sources: 'mounted',
  links: { page: 'http://localhost:1' },
  logs: '',
} as const
const SECRET = 'correct-horse-battery'
const SECRETS = [SECRET]

let state: string
let socket: string
let ending: AbortController
let session: Session
let begin: () => Promise<Session>
let service: NamedProgram
const restarted: string[] = []
let stopped = 0
/** What its reloaders were told. */
const told: string[] = []
/** What a server is found to have of a file. */
let served = ''

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

function forget(): void {
  stopped = 0
  restarted.length = 0
  told.length = 0
  // A program whose sources are there, and that nobody changes.
  service = { ...(program as NamedProgram), name: 'api', directory: 'lib/runtimes', sources: ['.'] }
}

async function open(): Promise<void> {
  forget()
  state = mkdtempSync(join(tmpdir(), 'loop-'))
  socket = socketOf(state)
  ending = new AbortController()
  const means = {
    stack: DEFAULTS.stack,
    services: () => [service],
    broughtAs: (path: string) => (path.endsWith('settings') ? ('model' as const) : undefined),
    restart: async (name: string) => void restarted.push(name),
    start: async (name: string) => [name],
    fault: async () => undefined,
    look: async () => sha256(served),
    pause: openPause({
      session: () => session,
      services: () => [
        service,
        { ...service, name: 'page', command: { ...service.command, devPauses: false } },
      ],
      signal: async (...words) => void told.push(words.join(' ')),
    }),
    addressOf: () => undefined,
    stop: () => {
      stopped += 1
    },
  }
  begin = () =>
    serveSession({ members: [service], place: PLACE, state, secrets: () => SECRETS }, means, ending.signal)
  session = await begin()
}

test.before(open)
test.before.each(forget)
anew.before.each(open)
// The folder goes with the run: the thread that keeps what happened still writes.
test.after(() => ending.abort())
anew.after.each(() => ending.abort())

const up = () => {
  session.tell({ kind: 'round', status: 'running', at: 1 })
  session.tell({ kind: 'pod', service: 'api', pod: 'api-1', ready: true })
  session.tell({ kind: 'round', status: 'succeeded', at: 2 })
}

async function refusalOf(question: Promise<unknown>): Promise<Refusal> {
  try {
    await question
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
  throw new Error('it was not refused')
}

test('only its owner can open the socket', () => {
  assert.is(statSync(socket).mode & 0o777, 0o600)
})

test('the state is told in the words of its schema', async () => {
  up()
  const answer = status.parse(await answerTo(socket, { ask: 'status' }))
  assert.ok(answer.healthy)
  assert.equal(
    answer.services.map(({ name, phase, pods }) => [name, phase, pods]),
    [['api', 'ready', [{ name: 'api-1', ready: true }]]],
  )
})

anew('a wait ends with the event that it waits for, others with their own', async () => {
  const first = answerTo(socket, { ask: 'wait', served: [], healthy: true, timeout: 60 })
  const second = answerTo(socket, { ask: 'wait', served: [], healthy: true, timeout: 0.01 })
  assert.is(waited.parse(await second).outcome, 'timeout')
  up()
  assert.is(waited.parse(await first).outcome, 'yes')
})

test('a file that nothing serves is refused, with its exit code', async () => {
  const { exitCode, message } = await refusalOf(
    answerTo(socket, { ask: 'wait', served: ['/nowhere/a.py'], healthy: false, timeout: 60 }),
  )
  assert.is(exitCode, 2)
  assert.match(message, 'Nothing of this loop serves')
})

test('a file is waited for until the reloader has its present content', async () => {
  up()
  const file = join(state, 'settings')
  writeFileSync(file, 'one')
  const wait = answerTo(socket, { ask: 'wait', served: [file], healthy: false, timeout: 60 })
  session.tell({ kind: 'rendered', began: Date.now() + 1000, made: 0 })
  assert.is(waited.parse(await wait).outcome, 'yes')
})

test('of a file that no log tells of, the server itself is asked, until it has the present content', async () => {
  up()
  const file = join(CHECKOUT, 'lib/runtimes/next/look.mjs')
  service = { ...service, look: 'look.mjs' }
  served = 'old'
  const ask = { ask: 'wait', served: [file], healthy: false } as const
  assert.is(waited.parse(await answerTo(socket, { ...ask, served: [file], timeout: 2.5 })).outcome, 'timeout')
  served = readFileSync(file, 'utf8')
  assert.is(waited.parse(await answerTo(socket, { ...ask, served: [file], timeout: 60 })).outcome, 'yes')
})

anew('in a pause reloaders are told, of new pods too, and who waits for a save, what ends it', async () => {
  up()
  service = { ...service, command: { ...service.command, devPauses: true } }
  const file = join(CHECKOUT, 'lib/runtimes/next/look.mjs')
  const put = { ask: 'wait', served: [file], healthy: false, timeout: 60 } as const
  const wait = answerTo(socket, { ...put, served: [...put.served] })
  assert.equal(await answerTo(socket, { ask: 'pause' }), { version: 1, following: ['page'] })
  const { outcome, message, cure } = waited.parse(await wait)
  assert.is(outcome, 'no')
  assert.match(message, 'The loop is paused')
  assert.match(cure ?? '', 'resume')
  session.tell({ kind: 'pod', service: 'api', pod: 'api-2', ready: true })
  assert.ok(status.parse(await answerTo(socket, { ask: 'status' })).paused)
  await answerTo(socket, { ask: 'resume' })
  assert.not(status.parse(await answerTo(socket, { ask: 'status' })).paused)
  session.tell({ kind: 'pod', service: 'api', pod: 'api-3', ready: true })
  assert.equal(told, ['api SIGUSR1', 'api SIGUSR1', 'api SIGUSR2'])
})

anew('where what is saved is copied, a page waits in a pause as all do', async () => {
  up()
  const page = { ...service, command: { ...service.command, devPauses: false } }
  const signal = async () => undefined
  const pause = openPause({
    session: () => session,
    services: () => [page],
    signal,
    follow: signal,
    isCopied: true,
  })
  assert.equal(await pause.begin(), [])
  assert.equal(session.state().paused, ['api'])
})

test('a service that is not there cannot be made anew', async () => {
  assert.equal(await answerTo(socket, { ask: 'restart', service: 'api' }), { version: 1, restarted: 'api' })
  assert.equal(restarted, ['api'])
  assert.is((await refusalOf(answerTo(socket, { ask: 'restart', service: 'apis' }))).exitCode, 2)
})

test('a service that was left out is started, and one that is not there is refused', async () => {
  assert.equal(await answerTo(socket, { ask: 'start', service: 'mcp' }), { version: 1, started: ['mcp'] })
  assert.is((await refusalOf(answerTo(socket, { ask: 'start', service: 'mcps' }))).exitCode, 2)
})

test('who stops it is told which process ends', async () => {
  assert.equal(await answerTo(socket, { ask: 'stop' }), { version: 1, pid: process.pid })
  assert.is(stopped, 1)
})

anew('lines are followed and kept, without secrets', async () => {
  const line = { level: 'warning', text: `password ${SECRET}`, requestId: 'r1', below: [SECRET] } as const
  const tell = () => session.tell({ kind: 'log', service: 'api', line, at: Date.now() })
  tell()
  const following = ask(socket, { ask: 'logs', wanted: {}, last: 9, follow: true })
  const kept = await following.next()
  tell()
  const followed = await following.next()
  for (const { value } of [kept, followed]) {
    assert.match(JSON.stringify(value), 'password')
    assert.not.match(JSON.stringify(value), SECRET)
  }
  await following.return(undefined)
})

const logged = (text: string, more: object = {}) =>
  session.tell({
    kind: 'log',
    service: 'api',
    line: { level: 'info', text, below: [], ...more },
    at: Date.now(),
  })

async function read(wanted: object, more: object = {}): Promise<string[]> {
  const texts: string[] = []
  const question = { ask: 'logs', wanted, last: 1000, follow: false, ...more } as const
  await asking(socket)(question, (line) => texts.push((line as KeptLine).text))
  return texts
}

anew('the kept lines are asked for by service, time, level, request and words', async () => {
  logged('old', { time: Date.now() - 3_600_000 })
  logged('GET /a', { requestId: 'r-1', level: 'warning' })
  logged('traceback', { level: 'error', below: ['File "a.py"'] })
  logged('plain')
  assert.equal(await read({}), ['old', 'GET /a', 'traceback', 'plain'])
  assert.equal(await read({}, { last: 2 }), ['traceback', 'plain'])
  assert.equal(await read({ service: 'other' }), [])
  assert.equal(await read({ since: Date.now() - 60_000 }), ['GET /a', 'traceback', 'plain'])
  assert.equal(await read({ level: 'warning' }), ['GET /a', 'traceback'])
  assert.equal(await read({ request: 'r-' }), ['GET /a'])
  assert.equal(await read({ grep: 'A\\.PY|^plain$' }), ['traceback', 'plain'])
})

anew('who follows the log after what is kept misses nothing and is told nothing twice', async () => {
  const heard: string[] = []
  const leaving = new AbortController()
  const [first, last] = [500, 1500]
  for (let index = 0; index < first; index++) logged(`${index}`)
  const question = { ask: 'logs', wanted: {}, last: 10_000, follow: true } as const
  const following = asking(socket, leaving.signal)(question, (line) => {
    heard.push((line as KeptLine).text)
    if (heard.at(-1) === `${last - 1}`) leaving.abort()
  }).catch(() => undefined)
  for (let index = first; index < last; index++) {
    logged(`${index}`)
    if (index % 10 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  await following
  assert.equal(
    heard,
    Array.from({ length: last }, (_, index) => `${index}`),
  )
})

anew('the log is kept over the runs of a loop', async () => {
  logged('of a run before')
  await read({})
  ending.abort()
  ending = new AbortController()
  session = await begin()
  logged('of this run')
  assert.equal(await read({}), ['of a run before', 'of this run'])
})

/** What a command of npm run loop says, and its exit code. */
async function command(...argv: string[]) {
  const said: unknown[] = []
  const question = { ask: 'command', argv, folder: state, colour: false } as const
  await asking(socket)(question, (message) => said.push(message))
  return said
}

test('the loop runs the commands that ask it', async () => {
  up()
  const [takes, line, end] = await command('status', '--json')
  assert.ok((takes as { within: number }).within > 0)
  assert.ok(status.parse(JSON.parse((line as { text: string }).text)).healthy)
  assert.equal(end, { code: 0 })
  const file = join(state, 'settings')
  writeFileSync(file, 'one')
  session.tell({ kind: 'rendered', began: Date.now() + 1000, made: 0 })
  const [, served, ended] = await command('wait', '--served', 'settings')
  assert.match((served as { text: string }).text, /settings is deployed/)
  assert.equal(ended, { code: 0 })
  assert.equal((await command('wait', '--healthy', '--served', 'nothing')).at(-1), { code: 2 })
  assert.equal((await command('restart', 'apis')).at(-1), { code: 2 })
  assert.equal((await command('logs', '--grep', '(')).at(-1), { code: 2 })
  assert.equal((await command('status', '--bogus')).at(-1), { code: 2 })
})

test('a command that has to outlive the loop is left to who asks', async () => {
  assert.equal(await command('stop'), [{}])
  assert.is(stopped, 0)
})

anew('who still asks when the loop ends is told so', async () => {
  const wait = answerTo(socket, { ask: 'wait', served: [], healthy: true, timeout: 60 })
  const following = ask(socket, { ask: 'logs', wanted: {}, last: 0, follow: true })
  const next = following.next()
  await answerTo(socket, { ask: 'status' })
  ending.abort()
  assert.is((await refusalOf(wait)).exitCode, 3)
  assert.is((await next).done, true)
})

anew('why something does not start is told without secrets', async () => {
  const line = { level: 'error', text: `no such key ${SECRET}`, below: [], news: 'broken' } as const
  session.tell({ kind: 'pod', service: 'api', pod: 'api-1', ready: true })
  session.tell({ kind: 'log', service: 'api', line, at: Date.now() })
  const answer = JSON.stringify(await answerTo(socket, { ask: 'status' }))
  assert.match(answer, 'no such key')
  assert.not.match(answer, SECRET)
})

test('what is traced is told without secrets, and stays what it is', async () => {
  const told: unknown[] = []
  session.on((event) => {
    if (event.kind === 'telemetry') told.push(event.data)
  })
  const spans = (value: string) => ({ resourceSpans: [{ address: 'http://mcp:8001', value, to: 'me@here' }] })
  session.tell({ kind: 'telemetry', service: 'api', data: spans(`key ${SECRET}`), at: 1 })
  assert.equal(told, [spans('key •••')])
})

anew('who gives up says why', async () => {
  const giving = new AbortController()
  const wait = answerTo(socket, { ask: 'wait', served: [], healthy: true, timeout: 60 }, giving.signal)
  await answerTo(socket, { ask: 'status' })
  giving.abort(new Refusal('Enough.', 'wait longer', 4))
  assert.is((await refusalOf(wait)).message, 'Enough.')
})

test('a folder is no file', async () => {
  const wait = {
    ask: 'wait',
    served: [join(CHECKOUT, 'lib/runtimes/next')],
    healthy: false,
    timeout: 60,
  } as const
  assert.is((await refusalOf(answerTo(socket, { ...wait, served: [...wait.served] }))).exitCode, 2)
})

test('another version is told that it is not understood', async () => {
  const client = connect(socket)
  client.write('{"version":99,"ask":"status"}\n')
  assert.match(await text(client), /understands version 1/)
})

anew('a loop whose state folder was removed says so, and ends', async () => {
  const said = new Promise<string>((hear) =>
    session.on((event) => event.kind === 'note' && event.text.includes(state) && hear(event.text)),
  )
  renameSync(state, `${state}-gone`)
  assert.match(await said, 'was removed')
  assert.is(stopped, 1)
})

test('where no loop is, the refusal has its own exit code', async () => {
  const { exitCode, cure } = await refusalOf(answerTo(join(state, 'other.sock'), { ask: 'status' }))
  assert.is(exitCode, 3)
  assert.match(cure, 'npm run dev')
})

test.run()
anew.run()
