import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { cpuOf } from '../../../scripts/bench/answers.ts'

test('the CPU time of a command is that of what the shell has run, and not of the shell', () => {
  assert.is(cpuOf('0m9.00s 0m9.00s\n1m0.25s 0m0.05s\n'), 60_300)
  assert.is(cpuOf('0m0.000s 0m0.000s\n0m0.241s 0m0.050s\n'), 291)
})

test.run()
