import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { mebibytes } from '../../../scripts/bench/memory.ts'

test('the memory of a process is its share, not what it has mapped', () => {
  const rollup = `00400000-7ffc1a9e9000 ---p 00000000 00:00 0    [rollup]
Rss:              204800 kB
Pss:               51200 kB
Pss_Anon:          40960 kB
SwapPss:            1024 kB
`
  assert.is(mebibytes(rollup), 50)
  assert.is(mebibytes(''), 0)
})

test.run()
