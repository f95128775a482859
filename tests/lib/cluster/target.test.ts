import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { recordDown, recordedTarget, recordUp } from '../../../lib/cluster/target.ts'
import { end } from '../../../lib/host/end.ts'
import { removePostgres } from '../../../lib/host/postgres.ts'
import { CHECKOUT } from '../../../lib/shell/state-folder.ts'

const test = suite('the record of what is up')
let state: string

test.before.each(() => {
  state = mkdtempSync(join(tmpdir(), 'target-'))
  process.env.XDG_STATE_HOME = state
})
test.after.each(() => {
  removePostgres()
  rmSync(state, { recursive: true })
})

test('one target taken down leaves the other on record, whichever came first', () => {
  assert.is(recordedTarget(), undefined)
  for (const [first, second] of [
    ['cluster', 'host'],
    ['host', 'cluster'],
  ] as const) {
    for (const target of [first, second, second]) recordUp(target)
    assert.is(recordedTarget(), second)
    recordDown(second)
    assert.is(recordedTarget(), first)
    recordDown(second)
    assert.is(recordedTarget(), first)
    recordDown(first)
    assert.is(recordedTarget(), undefined)
  }
})

test('whatever ends the host target forgets that it is up, and the cluster stays on record', async () => {
  for (const target of ['cluster', 'host'] as const) recordUp(target)
  await end()
  assert.is(recordedTarget(), 'cluster')
})

test('npm run down -- --target host does not forget the cluster', async () => {
  recordUp('cluster')
  const words = ['--import', 'tsx', 'scripts/down.ts', '--target', 'host']
  const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: CHECKOUT })
  assert.match(stdout, 'nothing of the host target was running')
  assert.match(stdout, 'still up: the cluster target')
  assert.is(recordedTarget(), 'cluster')
})

test.run()
