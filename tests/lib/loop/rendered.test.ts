import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readRendered } from '../../../lib/loop/rendered.ts'

const test = suite('what the loop has rendered')

test('is read once it can have been deployed, and again when it changes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rendered-'))
  const render = (name: string, text: string, secondsAgo: number) => {
    const time = Date.now() / 1000 - secondsAgo
    writeFileSync(join(folder, name), text)
    utimesSync(join(folder, name), time, time)
  }
  try {
    writeFileSync(join(folder, 'README.md'), 'no manifest')
    const names = () => read()?.map(({ metadata }) => metadata.name)
    const read = readRendered(folder)
    assert.equal(names(), [], 'before anything was rendered')
    render('a.yaml', 'metadata: {name: one}\n---\nmetadata: {name: two}\n', 60)
    assert.equal(names(), ['one', 'two'])
    render('b.yaml', 'metadata: {name: three}\n', 0)
    assert.is(names(), undefined)
    render('b.yaml', 'metadata: {name: three}\n', 30)
    assert.equal(names(), ['one', 'two', 'three'])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test.run()
