import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { $ } from 'zx/core'
import { CHECKOUT } from '../../lib/shell/state-folder.ts'
import { mayImport, roomOf } from './rooms.ts'

const test = suite('who may import whom')
const git = $({ quiet: true, cwd: CHECKOUT })
const listing = await git`git ls-files --cached --others --exclude-standard`
const FILES = listing.stdout.trim().split('\n')

/** One file that names another of ours, for its types alone or not. */
interface Import {
  readonly from: string
  readonly to: string
}

const IMPORTS: readonly Import[] = FILES.filter((file) => /\.(ts|tsx|mjs)$/.test(file)).flatMap((from) => {
  const text = readFileSync(join(CHECKOUT, from), 'utf8')
  const names = [...text.matchAll(/(?:\bfrom|\bimport\(?)\s*'(\.[^']+)'/g)].map(([, name = '']) => name)
  return [...new Set(names)].map((name) => ({ from, to: join(dirname(from), name) }))
})

test('each import goes in an allowed direction', () => {
  const wrong = IMPORTS.filter(({ from, to }) => FILES.includes(to) && !mayImport(roomOf(from), roomOf(to)))
  assert.equal(wrong, [])
})

test('a stack is data: but for its journey, it reads no file, starts nothing and asks nobody', () => {
  const stacks = FILES.filter((file) => /^(stack|examples\/[^/]+)\/(?!journey)[^/]+\.ts$/.test(file))
  const doing = stacks.filter((file) => /\bfrom 'node:/.test(readFileSync(join(CHECKOUT, file), 'utf8')))
  assert.is.not(stacks.length, 0)
  assert.equal(doing, [])
})

test('what one command alone needs is imported by that command and by tests', () => {
  const strangers = IMPORTS.filter(({ from, to }) => {
    const [, command] = /^(scripts\/[^/]+)\/./.exec(to) ?? []
    return command && roomOf(from) !== 'tests' && from !== `${command}.ts` && !from.startsWith(`${command}/`)
  })
  assert.equal(strangers, [])
})

test('the rooms at the top can be counted on the fingers', () => {
  const rooms = new Set(FILES.flatMap((file) => /^([^./][^/]*)\//.exec(file)?.[1] ?? []))
  assert.ok(rooms.size <= 11, [...rooms].join(', '))
})

test.run()
