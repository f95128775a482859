import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { CAUSE_IDS } from '../../../lib/diagnosis/cause-ids.ts'
import { CHECKOUT } from '../../../lib/shell/state-folder.ts'
import { causes } from '../../../stack/causes.ts'

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

test.run()
