import { EventEmitter, once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { faults } from '../../../lib/loop/fault/bring-about.ts'
import { faultIn, faultText } from '../../../lib/loop/fault/fault.ts'
import { faultOnHost } from '../../../lib/loop/fault/on-host.ts'
import { openSlowWay } from '../../../lib/loop/fault/slow-way.ts'
import { freePort } from '../../../lib/shell/free-port.ts'
import { Refusal } from '../../../lib/shell/refusal.ts'
import { MAIN } from '../../k8s/main-stack.ts'

const test = suite('a fault on demand')

test('is typed like a sentence, and says whom it concerns', () => {
  const away = faultIn(['mcp', 'away', '20s'])
  assert.equal(away, { service: 'mcp', is: 'away', lasts: 20_000 })
  assert.is(faultText(away, MAIN), 'mcp is away for 20 s; called by backend')
  assert.equal(faultIn(['mcp', 'slow', '300ms']), { service: 'mcp', is: { late: 300 }, lasts: 30_000 })
  assert.equal(faultIn(['mcp', 'slow', '1s', '2m']), { service: 'mcp', is: { late: 1000 }, lasts: 120_000 })
  for (const typed of [
    '',
    'mcp',
    'mcp gone',
    'mcp slow',
    'mcp away soon',
    'mcp away 1s 2s',
    'mcp slow 1s 2s 3s',
  ])
    assert.throws(
      () => faultIn(typed.split(' ')),
      (error: unknown) => error instanceof Refusal && error.exitCode === 2,
      typed,
    )
})

test('ends by itself; a service has one at a time', async () => {
  const mended: string[] = []
  const over = new EventEmitter()
  const { bringAbout, requireWell, isAny } = faults(
    async (fault) => async () => void mended.push(fault.service),
    (event) => over.emit('told', event),
    new AbortController().signal,
  )
  const told = once(over, 'told')
  await bringAbout({ service: 'mcp', is: 'away', lasts: 20 })
  assert.throws(() => requireWell('mcp'), 'mcp has a fault')
  assert.ok(isAny())
  assert.equal(await told, [{ kind: 'note', text: 'fault: mcp is as it was' }])
  requireWell('mcp')
  assert.not(isAny())
  assert.equal(mended, ['mcp'])
})

test('a program that cannot be had at another port is at its own again', async () => {
  const own = await freePort()
  const done: string[] = []
  const find = () => ({
    port: own,
    stop: async () => void done.push('stop'),
    start: async (port: number) => {
      done.push(port === own ? 'start' : 'start elsewhere')
      if (port !== own) throw new Refusal('It does not start.', 'mend it')
    },
  })
  const begin = faultOnHost(find, (action) => action(), new AbortController().signal)
  const refused = await begin({ service: 'mcp', is: { late: 1 }, lasts: 1 }).catch((error: unknown) => error)
  assert.match(String(refused), 'It does not start.')
  assert.equal(done, ['stop', 'start elsewhere', 'stop', 'start'])
})

test('brings answers late, whole and in their order', async () => {
  const callee = createServer((socket) => socket.on('data', (piece) => socket.write(piece))).listen(0)
  await once(callee, 'listening')
  const port = await freePort()
  const until = new AbortController()
  await openSlowWay(port, (callee.address() as AddressInfo).port, 50, until.signal)
  const caller = connect(port, '127.0.0.1')
  const asked = performance.now()
  caller.write('one')
  caller.write('two')
  let heard = ''
  while (heard.length < 6) heard += String((await once(caller, 'data'))[0])
  assert.is(heard, 'onetwo')
  assert.ok(performance.now() - asked >= 49)
  const gone = once(caller, 'close')
  until.abort()
  await gone
  callee.close()
})

test.run()
