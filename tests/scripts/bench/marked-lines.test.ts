import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { CHECKOUT } from '../../../lib/shell/state-folder.ts'
import { openApplication } from '../../../lib/stack/application.ts'
import { measured } from '../../../scripts/bench/measured.ts'

for (const folder of ['stack', 'examples/shop']) {
  const { stack, measures } = await measured(await openApplication(join(CHECKOUT, folder)))
  for (const [service, { file, text, marked }] of Object.entries(measures.edits))
    test(`the marked line of ${stack.name}'s ${service} is in its file once, and keeps its text beside the mark`, () => {
      assert.ok(stack.services[service])
      assert.is(readFileSync(join(CHECKOUT, file), 'utf8').split(text).length, 2)
      assert.match(marked('(edit ab12 3)'), '(edit ab12 3)')
    })
  const { moves } = measures
  for (const { file, text } of moves ? [moves.probe, ...Object.values(moves.made)] : [])
    test(`what the bench changes of ${stack.name}'s ${file} is there once`, () => {
      if (text === undefined) return
      assert.is(readFileSync(join(CHECKOUT, file), 'utf8').split(text).length, 2)
    })
  test(`the page of ${stack.name} is a service of its own`, () => {
    assert.ok(stack.services[measures.page])
  })
}

test.run()
