import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { storesOf } from '../../../../k8s/services.ts'
import { MAIN } from '../../../k8s/main-stack.ts'

const test = suite('one server on a volume')
const [store] = storesOf(MAIN)
const place = { host: '0.0.0.0', port: 5432, data: '/volume', secrets: '/run/secrets' }
const SERVER = store?.command?.(place) ?? []
const INIT = store?.init?.command ?? []

let folder: string
let volume: string
let started: { kill: (signal: NodeJS.Signals) => void; letGo: () => void }[]

test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'one-server-'))
  volume = join(folder, 'volume')
  started = []
  mkdirSync(join(volume, 'pgdata'), { recursive: true })
  writeFileSync(join(volume, 'pgdata', 'PG_VERSION'), '17\n')
  // A server with a child of its own, both there until nobody listens to them any more.
  put('docker-entrypoint.sh', 'cat <&3 & echo "$1 $$"; wait')
  put('docker-ensure-initdb.sh', 'echo makes; cat <&3')
})

test.after.each(() => {
  for (const { kill, letGo } of started) {
    kill('SIGKILL')
    letGo()
  }
  rmSync(folder, { recursive: true })
})

function put(name: string, script: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}`, { mode: 0o755 })
}

/** What it runs may read 3, which ends with `letGo`. */
function start([program = '', ...words]: readonly string[]) {
  const PATH = `${folder}${delimiter}${process.env.PATH}`
  const env = { PATH, PGDATA: join(volume, 'pgdata') }
  const child = spawn(program, words, { env, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] })
  const { stdout, stderr, stdio } = child
  assert.ok(stdout && stderr)
  let said = ''
  for (const stream of [stdout, stderr]) stream.on('data', (text) => (said += text))
  const ended = once(child, 'exit')
  const one = {
    pid: child.pid,
    ended,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    letGo: () => stdio[3]?.destroy(),
    /** Resolves with its first whole line. */
    async says(): Promise<string> {
      while (!said.includes('\n'))
        await Promise.race([once(stdout, 'data'), once(stderr, 'data'), once(child, 'close')])
      return said.slice(0, said.indexOf('\n'))
    },
    /** Resolves with its last line, once it serves. */
    async serves(): Promise<string> {
      while (!/^postgres \d+\n/m.test(said)) await once(stdout, 'data')
      return said.trimEnd().split('\n').at(-1) ?? ''
    },
  }
  started.push(one)
  return one
}

const isFree = () => spawnSync('flock', ['--nonblock', join(volume, 'server.lock'), 'true']).status === 0

function locking(): void {
  test('the next waits, says so, and starts when the last process of the one before has ended', async () => {
    const before = start(SERVER)
    // The server is the process that was started: what a container is told to end by reaches it.
    assert.is(await before.says(), `postgres ${before.pid}`)
    const next = start(SERVER)
    assert.match(await next.says(), /waits until the server of another container has ended/)

    before.kill('SIGKILL')
    await before.ended
    assert.not.ok(isFree(), 'its child still writes')
    before.letGo()
    assert.is(await next.serves(), `postgres ${next.pid}`)
    assert.not.ok(isFree())
  })

  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    test(`one that waits ends at ${signal}`, async () => {
      await start(SERVER).serves()
      const next = start(SERVER)
      await next.says()
      next.kill(signal)
      assert.equal(await next.ended, [143, null])
    })

  test('none starts on a folder that is being made, nor is one made twice at once', async () => {
    rmSync(join(volume, 'pgdata'), { recursive: true })
    const makes = start(INIT)
    assert.is(await makes.says(), 'makes')
    for (const command of [SERVER, INIT]) assert.match(await start(command).says(), /waits until/)
  })

  test('a folder that is there needs no making, whoever serves from it', async () => {
    await start(SERVER).serves()
    assert.equal(await start(INIT).ended, [0, null])
  })

  test('nothing starts on a volume that cannot be locked', async () => {
    rmSync(volume, { recursive: true })
    const { ended, says } = start(SERVER)
    assert.match(await says(), /server\.lock/)
    await ended
    assert.not.ok(existsSync(volume))
  })
}

if (spawnSync('flock', ['--version']).status === 0) locking()
else console.log('not run: one server on a volume, for there is no flock on this PATH')

test.run()
