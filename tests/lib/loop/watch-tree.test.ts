import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import { watchTree } from '../../../lib/loop/watch-tree.ts'
import { eventually } from '../../cluster/deadline.ts'

const test = suite('watching a tree')

test('tells of each change, also after a file was replaced and in folders that are made later', async () => {
  const top = mkdtempSync(join(tmpdir(), 'tree-'))
  const tree = join(top, 'tree')
  const at = (name: string) => join(tree, name)
  mkdirSync(at('sub'), { recursive: true })
  for (const name of ['a', 'sub/b']) writeFileSync(at(name), '')
  const replace = (name: string) => {
    writeFileSync(join(top, 'new'), 'new')
    renameSync(join(top, 'new'), at(name))
  }
  const make = (folder: string, name: string) => {
    rmSync(at(folder), { recursive: true, force: true })
    mkdirSync(at(folder))
    writeFileSync(join(at(folder), name), '')
  }
  let told: string[] = []
  const close = watchTree(tree, (path) => told.push(path))
  try {
    const steps: [string, () => void][] = [
      ['a', () => writeFileSync(at('a'), 'written')],
      ['a', () => replace('a')],
      ['a', () => replace('a')],
      ['a', () => writeFileSync(at('a'), 'written again')],
      ['sub/b', () => replace('sub/b')],
      ['sub/b', () => writeFileSync(at('sub/b'), 'written')],
      ['sub/c', () => writeFileSync(at('sub/c'), 'made')],
      // The file is there before anybody can watch its folder.
      ['made/d', () => make('made', 'd')],
      ['made/d', () => writeFileSync(at('made/d'), 'written')],
      ['made/d', () => make('made', 'd')],
      ['made/d', () => writeFileSync(at('made/d'), 'written again')],
      ['moved/b', () => renameSync(at('sub'), at('moved'))],
      ['moved/b', () => writeFileSync(at('moved/b'), 'written')],
      ['a', () => rmSync(at('a'))],
    ]
    for (const [index, [name, action]] of steps.entries()) {
      told = []
      action()
      await eventually(`change ${index} of ${name}`, 60, async () => told.includes(at(name)))
    }
  } finally {
    close()
    rmSync(top, { recursive: true })
  }
})

test.run()
