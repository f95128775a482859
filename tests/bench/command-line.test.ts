import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'

const test = suite('npm run bench')
const BENCH = fileURLToPath(new URL('../../scripts/bench.ts', import.meta.url))
const state = mkdtempSync(join(tmpdir(), 'bench-'))
test.after(() => rmSync(state, { recursive: true }))

function bench(...words: string[]) {
  return spawnSync(process.execPath, ['--import', 'tsx', BENCH, ...words], {
    encoding: 'utf8',
    env: { ...process.env, XDG_STATE_HOME: state },
  })
}

for (const [words, sentence] of [
  [['--only', 'lunch'], '--only is "lunch", which is none of loop, start, api, page.'],
  [['--subjects', 'host,moon'], '--subjects is "moon", which is none of host plain, host,'],
  [['--edits', 'many'], '--edits is "many", which is no number of edits.'],
] as const)
  test(`refuses ${words.join(' ')} and measures nothing`, () => {
    const { status, stdout, stderr } = bench(...words)
    assert.is(status, 2)
    assert.match(stderr, sentence)
    assert.match(stderr, '→ see --help')
    assert.is(stdout, '')
  })

test.run()
