import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { CAUSE_IDS } from '../../../lib/diagnosis/cause-ids.ts'
import { faultIn } from '../../../lib/loop/fault/fault.ts'
import { CHECKOUT } from '../../../lib/shell/state-folder.ts'
import { causes } from '../../../stack/causes.ts'
import { MAIN } from '../../k8s/main-stack.ts'

const test = suite('the runbook and the code')

test('know the same causes', () => {
  const runbook = readFileSync(join(CHECKOUT, 'docs', 'runbooks', 'what-the-doctor-finds.md'), 'utf8')
  const rows = runbook.split('\n').filter((line) => line.startsWith('| `'))
  const told = rows.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, id]) => id),
  )
  const all = new Set([...CAUSE_IDS, ...causes.map(({ id }) => id)])
  assert.equal([...new Set(told)].sort(), [...all].sort())
  assert.is(new Set(told).size, told.length, 'each once')
})

test('of a fault names causes that there are, and commands that bring it about', () => {
  const runbook = readFileSync(join(CHECKOUT, 'docs', 'runbooks', 'when-something-fails.md'), 'utf8')
  const rows = runbook
    .split('\n')
    .slice(runbook.split('\n').indexOf('|---|---|---|---|---|') + 1)
    .filter((line) => line.startsWith('|'))
    .map((row) => row.split('|').map((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)))
  const all = new Set([...CAUSE_IDS, ...causes.map(({ id }) => id)])
  const faults = rows.flatMap(([, , typed = []]) => typed)
  for (const typed of faults) {
    const [word, ...words] = typed.split(' ')
    assert.is(word, 'fault')
    assert.ok(faultIn(words).service in MAIN.services, typed)
  }
  assert.equal(
    rows.flatMap(([, , , , ids = []]) => ids).filter((id) => !all.has(id)),
    [],
  )
  assert.is(faults.length > 0 && rows.length > faults.length, true)
})

test.run()
