import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { endAll, record, recorded } from '../../../lib/host/running.ts'
import { beginning } from '../../../lib/shell/processes.ts'
import { eventually } from '../../cluster/deadline.ts'

const test = suite('the processes of the host target')
const state = mkdtempSync(join(tmpdir(), 'running-'))
const started: ChildProcess[] = []

test.after(() => {
  for (const child of started) child.kill('SIGKILL')
  rmSync(state, { recursive: true })
})

async function sleeper(): Promise<{ child: ChildProcess; pid: number }> {
  const child = spawn('sleep', ['600'], { detached: true })
  started.push(child)
  await once(child, 'spawn')
  return { child, pid: child.pid ?? 0 }
}

test('are ended; a stranger who has the number of one is not', async () => {
  const [ours, stranger] = [await sleeper(), await sleeper()]
  const ended = once(ours.child, 'exit')
  const stale = { name: 'backend', pid: stranger.pid, began: 'before' }
  writeFileSync(join(state, 'processes.json'), JSON.stringify([stale]))
  await record(state, 'mcp', ours.pid)
  assert.equal(
    (await recorded(state)).map(({ name }) => name),
    ['mcp'],
  )
  assert.equal(await endAll(state), ['mcp'])
  assert.equal(await ended, [null, 'SIGTERM'])
  assert.equal([stranger.child.exitCode, stranger.child.signalCode], [null, null])
  assert.equal(await recorded(state), [])
})

test('are ended by who started them, though the folder of their record was removed meanwhile', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'running-'))
  const { child, pid } = await sleeper()
  const ended = once(child, 'exit')
  await record(folder, 'backend', pid)
  rmSync(folder, { recursive: true })
  assert.equal(await endAll(folder), ['backend'])
  assert.equal(await ended, [null, 'SIGTERM'])
})

test('end with the children that they have', async () => {
  const parent = spawn('sh', ['-c', 'sleep 600 & echo $!; wait'], { detached: true })
  started.push(parent)
  const [said] = (await once(parent.stdout, 'data')) as [Buffer]
  const child = Number(said)
  await record(state, 'backend', parent.pid ?? 0)
  try {
    assert.equal(await endAll(state), ['backend'])
    await eventually('the end of the child', 60, async () => beginning(child) === undefined)
  } finally {
    // Gone already, where all is well.
    if (beginning(child) !== undefined) process.kill(child)
  }
})

test.run()
