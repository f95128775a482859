import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { environment } from '../../../lib/shell/environment.ts'
import { CHECKOUT } from '../../../lib/shell/state-folder.ts'
import { command } from '../../../scripts/bench.ts'
import { inProcess } from '../../hooks/in-process.ts'

const test = suite('npm run bench')
const state = mkdtempSync(join(tmpdir(), 'bench-'))
const shell = environment('tool')
test.after(() => rmSync(state, { recursive: true }))

for (const [words, sentence] of [
  [['--only', 'lunch'], '--only is "lunch", which is none of loop, moves, start, api, page.'],
  [['--subjects', 'host,moon'], '--subjects is "moon", which is none of host plain, host,'],
  [['--edits', 'many'], '--edits is "many", which is no number of edits.'],
] as const)
  test(`refuses ${words.join(' ')} and measures nothing`, async () => {
    const env = { ...shell, XDG_STATE_HOME: state }
    const { exitCode, stdout, stderr } = await inProcess(command, words, env, CHECKOUT)
    assert.is(exitCode, 2)
    assert.match(stderr, sentence)
    assert.match(stderr, '→ see --help')
    assert.is(stdout, '')
  })

test.run()
