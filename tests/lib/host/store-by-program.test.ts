import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Store, StoreOnHost } from '../../../k8s/model/store.ts'
import { stores } from '../../../k8s/services.ts'
import { recorded } from '../../../lib/host/running.ts'
import { secretsFolderOf, secretsOf, writeSecretFiles } from '../../../lib/host/secret-files.ts'
import { storeByProgram } from '../../../lib/host/store-by-program.ts'
import { freePort } from '../../../lib/shell/free-port.ts'
import { Refusal } from '../../../lib/shell/refusal.ts'
import { answers } from '../../../lib/shell/tcp.ts'
import { SHOP_DEFAULTS } from '../../k8s/shop-stack.ts'

const test = suite('a store that a program of this machine runs')
const state = mkdtempSync(join(tmpdir(), 'store-'))
const never = new AbortController().signal

/** Keeps the secret that it is given in its data, and listens. */
const SERVER = `const { readFileSync, writeFileSync } = require('node:fs')
const [host, port, data, secret] = process.argv.slice(1)
writeFileSync(data + '/kept', readFileSync(secret))
require('node:net').createServer((socket) => socket.destroy()).listen(Number(port), host)`

const byNode = { program: 'node', cure: 'install it' }
const serving: NonNullable<Store['command']> = ({ host, port, data, secrets }) => [
  ...['node', '-e', SERVER, host, `${port}`, data, `${secrets}/CACHE_PASSWORD`],
]

/** Starts it as `npm run up` does, on a port that is free. */
async function start(onHost: Exclude<StoreOnHost, string>, command = serving) {
  const [cache] = stores(SHOP_DEFAULTS)
  if (!cache) throw new Error('the shop has no store')
  const port = await freePort()
  const settings = { ...SHOP_DEFAULTS, portOffset: port - cache.port }
  const values = { CACHE_PASSWORD: 'of-this-test' }
  const store = storeByProgram(state, { ...cache, command }, onHost)
  writeSecretFiles(state, secretsOf(settings, values))
  return { store, port, started: () => store.start(settings, values, secretsFolderOf(state), never) }
}

test.after(async () => {
  const { store } = await start(byNode)
  await store.stop()
  rmSync(state, { recursive: true })
})

test('is ready when it has started, outlives that, and is ended; what it keeps stays until it is removed', async () => {
  const { store, port, started } = await start(byNode)
  assert.not.ok(store.dataExists())
  assert.is(await started(), true)
  assert.ok(await answers('127.0.0.1', port, 1_000))
  assert.is(await started(), false, 'it was running already')
  assert.equal(await recorded(state), [], 'it is not ended with the programs, but after them')
  assert.is(await store.stop(), true)
  // Not by its port, which may be another test's by now.
  assert.is(await store.stop(), false)
  const kept = join(state, 'stores', 'cache', 'data', 'kept')
  assert.is(readFileSync(kept, 'utf8'), 'of-this-test')
  assert.ok(store.dataExists())
  store.remove()
  assert.not.ok(existsSync(kept))
})

test('is refused where its program is missing, with the way to get it', async () => {
  const { started } = await start({ ...byNode, program: 'no-such-server' })
  const refusal = await started().catch((error: unknown) => error)
  assert.instance(refusal, Refusal)
  assert.match(
    (refusal as Refusal).message,
    'no-such-server, which is cache on this machine, is not on this PATH',
  )
  assert.match((refusal as Refusal).cure, 'install it')
})

test('is refused with its last words where it ends', async () => {
  const { started } = await start(byNode, () => ['node', '-e', 'console.error("no room"); process.exit(1)'])
  const refusal = await started().catch((error: unknown) => error)
  assert.match(String(refusal), 'cache did not start')
  assert.match(String(refusal), 'no room')
})

test.run()
