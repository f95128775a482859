import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { CHECKOUT } from '../../lib/shell/state-folder.ts'
import { figuresOf } from '../../scripts/test/figures.ts'
import { beginning, end } from '../../scripts/test/sections.ts'
import { needsCluster, testFiles } from '../../scripts/test/tiers.ts'
import { readRecord } from './record.ts'
import { shortcomings, withTables } from './table.ts'
import { TOPICS } from './topics.ts'

const test = suite('the proof')
const FILES = [...testFiles('uvu'), ...testFiles('pytest')]

test('names tests that exist; those of a topic all need a cluster, or none does', () => {
  for (const { name, claims } of TOPICS) {
    const tests = claims.flatMap((claim) => claim.tests)
    assert.equal(
      tests.filter((file) => !FILES.includes(file)),
      [],
    )
    assert.is(new Set(tests.map(needsCluster)).size, 1, name)
  }
})

test('docs/proof.md has the tables of the record', () => {
  const path = join(CHECKOUT, 'docs/proof.md')
  const tables = withTables(readFileSync(path, 'utf8'), TOPICS, readRecord())
  if (process.env.UPDATE_GOLDEN) writeFileSync(path, tables)
  assert.is(readFileSync(path, 'utf8'), tables)
})

const CLAIM = { says: 'It holds', tests: ['a'] }
const LAST = { passed: 3, failed: 0, skipped: 0, figures: [], on: 'a day' }

test('what failed, was skipped or was not run falls short', () => {
  assert.equal(shortcomings([CLAIM], { a: LAST }), [])
  assert.equal(shortcomings([CLAIM], {}), ['It holds: a was not run'])
  assert.equal(shortcomings([CLAIM], { a: { ...LAST, failed: 1 } }), ['It holds: a failed 1 times'])
  const part = { a: { ...LAST, skipped: 2 } }
  assert.equal(shortcomings([CLAIM], part), ['It holds: a skipped 2 tests'])
  assert.equal(shortcomings([{ ...CLAIM, elsewhere: 'no plugin' }], part), [])
})

test('figures are what tests of both kinds say', () => {
  const said = `${beginning('a.test.ts')}\nfigure: 7 of 7\nno figure: 1\n a suite  • • figure: 8 of 8\n${end(1)}\n`
  const figures = figuresOf('uvu', said).map(({ file, text }) => `${file} ${text}`)
  assert.equal(figures, ['a.test.ts 7 of 7', 'a.test.ts 8 of 8'])
  const report = `<testcase classname="tests.test_a" name="x" time="1"></testcase>
    <testcase classname="tests.test_b" name="y" time="1"><properties><property name="figure" value="9 s" /></properties></testcase>`
  assert.equal(figuresOf('pytest', report), [{ file: 'apps/backend/tests/test_b.py', text: '9 s' }])
})

test.run()
