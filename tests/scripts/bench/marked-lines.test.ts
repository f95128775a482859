import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { CHECKOUT } from '../../../lib/shell/state-folder.ts'
import { openApplication } from '../../../lib/stack/application.ts'
import { rigOf } from '../../../scripts/bench/rig.ts'

for (const folder of ['stack', 'examples/shop']) {
  const { stack, measures } = await rigOf(
    await openApplication(join(CHECKOUT, folder)),
    new AbortController().signal,
  )
  for (const [service, { file, text }] of Object.entries(measures.edits))
    test(`the marked line of ${stack.name}'s ${service} is in its file once`, () => {
      assert.ok(stack.services[service])
      assert.is(readFileSync(join(CHECKOUT, file), 'utf8').split(text).length, 2)
    })
  const { moves, edits } = measures
  const probe = moves && { file: edits[moves.service]?.file ?? '', ...moves.probe }
  for (const { file, text } of moves && probe ? [probe, ...Object.values(moves.made)] : [])
    test(`what the bench changes of ${stack.name}'s ${file} is there once`, () => {
      if (text === undefined) return
      assert.is(readFileSync(join(CHECKOUT, file), 'utf8').split(text).length, 2)
    })
  test(`the page of ${stack.name} is a service of its own`, () => {
    assert.ok(stack.services[measures.page])
  })
}

test.run()
