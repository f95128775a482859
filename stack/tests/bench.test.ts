import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { bench } from '../bench.ts'

for (const [service, { file, text, marked }] of Object.entries(bench.edits))
  test(`the marked line of ${service} is in its file once, and keeps its text beside the mark`, () => {
    assert.is(readFileSync(join(import.meta.dirname, '../..', file), 'utf8').split(text).length, 2)
    assert.match(marked('(edit ab12 3)'), '(edit ab12 3)')
  })

test.run()
