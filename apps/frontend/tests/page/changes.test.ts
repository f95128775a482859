import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { newChanges } from '../../src/tasks/changes.ts'

test('changes of one task go one after the other, and the last one knows that it is', async () => {
  const waiting: Promise<void>[] = []
  const log: string[] = []
  const go: (() => void)[] = []
  const change = newChanges(
    (work) => void waiting.push(work()),
    () => log.push('sent'),
  )
  const send = (name: string) => async (isLast: () => boolean) => {
    log.push(`${name} begins`)
    await new Promise<void>((resolve) => go.push(resolve))
    log.push(`${name} ends, ${isLast() ? 'last' : 'not last'}`)
  }
  change(1, send('first'))
  change(1, send('second'))
  change(2, send('other'))
  for (let sent = 0; sent < 3; sent++) {
    while (go.length === 0) await new Promise((resolve) => setImmediate(resolve))
    go.shift()?.()
  }
  await Promise.all(waiting)
  assert.equal(
    log.filter((line) => line !== 'sent' && !line.startsWith('other')),
    ['first begins', 'first ends, not last', 'second begins', 'second ends, last'],
  )
  assert.ok(log.includes('other ends, last'))
  assert.is(log.filter((line) => line === 'sent').length, 3)
})

test('a change that waits for a network counts when it was made', async () => {
  const works: (() => Promise<void>)[] = []
  const change = newChanges(
    (work) => works.push(work),
    () => undefined,
  )
  const last: boolean[] = []
  change(1, async (isLast) => void last.push(isLast()))
  change(1, async (isLast) => void last.push(isLast()))
  for (const work of works) await work()
  assert.equal(last, [false, true])
})

test.run()
