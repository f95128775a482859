import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { recordDown, recordedTarget, recordUp } from '../../../lib/cluster/target.ts'
import { end } from '../../../lib/host/end.ts'
import { removePostgres } from '../../../lib/runtimes/postgres/server.ts'
import { CHECKOUT, stateFolder } from '../../../lib/shell/state-folder.ts'
import { MAIN } from '../../k8s/main-stack.ts'

const test = suite('the record of what is up')
let base: string
let state: string

test.before.each(() => {
  base = mkdtempSync(join(tmpdir(), 'target-'))
  process.env.XDG_STATE_HOME = base
  state = stateFolder('todo')
})
test.after.each(() => {
  removePostgres(state)
  rmSync(base, { recursive: true })
})

test('one target taken down leaves the other on record, whichever came first', () => {
  assert.is(recordedTarget(state), undefined)
  for (const [first, second] of [
    ['cluster', 'host'],
    ['host', 'cluster'],
  ] as const) {
    for (const target of [first, second, second]) recordUp(state, target)
    assert.is(recordedTarget(state), second)
    recordDown(state, second)
    assert.is(recordedTarget(state), first)
    recordDown(state, second)
    assert.is(recordedTarget(state), first)
    recordDown(state, first)
    assert.is(recordedTarget(state), undefined)
  }
})

test('whatever ends the host target forgets that it is up, and the cluster stays on record', async () => {
  for (const target of ['cluster', 'host'] as const) recordUp(state, target)
  await end({ state, stack: MAIN })
  assert.is(recordedTarget(state), 'cluster')
})

test('npm run down -- --target host does not forget the cluster', async () => {
  recordUp(state, 'cluster')
  const words = ['--import', 'tsx', 'scripts/down.ts', '--target', 'host']
  const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: CHECKOUT })
  assert.match(stdout, 'nothing of the host target was running')
  assert.match(stdout, 'still up: the cluster target')
  assert.is(recordedTarget(state), 'cluster')
})

test.run()
