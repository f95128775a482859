import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { CAUSE_NAMES } from '../../../lib/diagnosis/cause-names.ts'
import { CHECKOUT } from '../../../lib/shell/state-folder.ts'

const test = suite('the runbook and the code')

test('know the same causes', () => {
  const runbook = readFileSync(join(CHECKOUT, 'docs', 'runbooks', 'what-the-doctor-finds.md'), 'utf8')
  const rows = runbook.split('\n').filter((line) => line.startsWith('| `'))
  const told = rows.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, id]) => id),
  )
  assert.equal([...new Set(told)].sort(), [...CAUSE_NAMES].sort())
  assert.is(new Set(told).size, told.length, 'each once')
})

test.run()
