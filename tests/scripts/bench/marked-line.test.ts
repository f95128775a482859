import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { CHECKOUT } from '../../../lib/shell/state-folder.ts'
import { EDITED, MARKED_LINES } from '../../../scripts/bench/marked-line.ts'

for (const service of EDITED)
  test(`the marked line of ${service} is in its file once, and keeps its text beside the mark`, () => {
    const { file, text, marked } = MARKED_LINES[service]
    assert.is(readFileSync(join(CHECKOUT, file), 'utf8').split(text).length, 2)
    assert.match(marked('(edit ab12 3)'), '(edit ab12 3)')
  })

test.run()
