import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import { CHECKOUT } from '../../lib/shell/state-folder.ts'
import type { Edit } from './edit.ts'
import { random } from './random.ts'
import { KIND_NAMES, nextEdit, restoring } from './sequence.ts'
import { told } from './told.ts'
import { EDITED_FILES, expected, filesOf, UNTOUCHED } from './world.ts'

const test = suite('a sequence of random edits')
const originals = new Map(EDITED_FILES.map((file) => [file, readFileSync(join(CHECKOUT, file), 'utf8')]))

function sequence(seed: number, length = 200): Edit[] {
  const choices = random(seed)
  const edits: Edit[] = []
  for (let number = 1; number <= length; number++)
    edits.push(nextEdit(edits.at(-1)?.world ?? UNTOUCHED, choices, number))
  return edits
}

test('is the same for the same seed, and another for another one', () => {
  assert.deepEqual(sequence(7), sequence(7))
  assert.notDeepEqual(sequence(7), sequence(8))
})

test('has every kind of edit, and leaves texts on disk that are the ones expected', () => {
  const edits = sequence(7)
  assert.deepEqual(
    KIND_NAMES.filter((kind) => kind !== 'restore' && !edits.some((edit) => edit.kind === kind)),
    [],
  )
  for (const { world } of edits) {
    const onDisk = [...filesOf(world, originals).values()].join('\n')
    for (const [sight, what] of expected(world))
      if (typeof what === 'object' && 'text' in what && !sight.endsWith(': log level'))
        assert.ok(onDisk.includes(what.text), `${sight}: ${what.text}`)
  }
})

test('changes the disk with every edit but a touch', () => {
  let before = filesOf(UNTOUCHED, originals)
  for (const { kind, world } of sequence(7)) {
    const after = filesOf(world, originals)
    if (kind !== 'touch') assert.notDeepEqual(after, before, kind)
    before = after
  }
})

test('ends with what the repository has', () => {
  const { world } = restoring(sequence(7).at(-1)?.world ?? UNTOUCHED)
  assert.deepEqual(filesOf(world, originals), originals)
})

test('knows whether a developer was told of a broken file', () => {
  const said = `[backend]   File "/app/app/main.py", line 68
[backend]     def broken(:
[backend] SyntaxError: invalid syntax\n`
  assert.ok(told(said, 'backend', ['apps/backend/app/main.py']))
  assert.ok(!told(said, 'backend', ['apps/backend/app/routes/tasks.py']))
  assert.ok(!told(said, 'mcp', ['apps/backend/app/main.py']))
  assert.ok(!told('[backend] app/main.py saved', 'backend', ['apps/backend/app/main.py']))
})

test.run()
