import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { claim, successorOf } from '../../../lib/shell/claim.ts'
import { beginning } from '../../../lib/shell/processes.ts'
import type { Rounds } from './claimant.ts'

const test = suite('claim')
/** In a worker of Node 20, tsx has to be asked for. */
const CLAIMANT = `import('${import.meta.resolve('tsx/esm/api')}').then(({ register }) => {
  register()
  return import('${new URL('claimant.ts', import.meta.url)}')
})`
let folder: string
let file: string

test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'claim-'))
  file = join(folder, 'lock')
})
test.after.each(() => rmSync(folder, { recursive: true }))

const owner = (began = beginning(process.pid), command = 'npm run up') => ({
  pid: process.pid,
  began,
  command,
})

function put(name: string, text: string): string {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

/** Claims the file under the name of a new command of this process. */
function claimed() {
  return claim(file, put('mine', JSON.stringify(owner(undefined, 'npm run down'))))
}

test('a file whose owner is alive is not had', () => {
  put('lock', JSON.stringify(owner()))
  assert.equal(claimed(), owner())
})

for (const [what, text] of [
  ['owner’s number is a stranger’s by now', JSON.stringify(owner('before'))],
  ['owner does not say when it began', JSON.stringify({ pid: process.pid, command: 'npm run up' })],
  ['owner is nobody', JSON.stringify({ ...owner(), pid: 2 ** 30 })],
  ['text is cut', '{"pid":1'],
  ['text is empty', ''],
] as const)
  test(`a file whose ${what} is taken over, and nothing else is left`, () => {
    put('lock', text)
    assert.is(claimed(), undefined)
    assert.equal(JSON.parse(readFileSync(file, 'utf8')), owner(undefined, 'npm run down'))
    assert.equal(readdirSync(folder).sort(), ['lock', 'mine'])
  })

test('a file that cannot be read is not waited for', () => {
  mkdirSync(file)
  assert.throws(claimed, /EISDIR/)
})

for (const [what, began, command] of [
  ['is alive is named', undefined, 'taking over'],
  ['was killed meanwhile is no obstacle', 'before', undefined],
] as const)
  test(`one that takes a file over and ${what}`, () => {
    const dead = JSON.stringify(owner('before'))
    put('lock', dead)
    writeFileSync(successorOf(file, dead), JSON.stringify(owner(began, 'taking over')))
    assert.is(claimed()?.command, command)
    const left = command ? [basename(successorOf(file, dead))] : []
    assert.equal(readdirSync(folder).sort(), ['lock', ...left, 'mine'])
  })

test('of several that find a dead owner at the same moment, one has the file', async () => {
  const [claimants, rounds] = [3, 300]
  const arrivals = new Int32Array(new SharedArrayBuffer(4))
  const workers = Array.from({ length: claimants }, (_, number) => {
    const workerData: Rounds = { file, number, claimants, rounds, arrivals }
    return new Worker(CLAIMANT, { workerData, eval: true })
  })
  const won = await Promise.all(
    workers.map(async (worker) => (await once(worker, 'message'))[0] as boolean[]),
  )
  const odd = Array.from({ length: rounds }, (_, round) => won.filter((all) => all[round]).length !== 1)
  assert.is(odd.filter(Boolean).length, 0)
})

test.run()
