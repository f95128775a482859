import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

const SRC = join(import.meta.dirname, '../src')

/** For each folder of the page, those that its files import from, for types alone too. */
const imports = new Map(
  readdirSync(SRC, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => [name, importsOf(name)]),
)

function importsOf(folder: string): Set<string> {
  const names = readdirSync(join(SRC, folder), { recursive: true, encoding: 'utf8' })
  const texts = names
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => readFileSync(join(SRC, folder, name), 'utf8'))
  const others = texts.flatMap((text) => [...text.matchAll(/'@\/([^/']+)\//g)].map(([, other = '']) => other))
  return new Set(others.filter((other) => other !== folder))
}

/** The way from a folder back to itself, if there is one. */
function circle(way: readonly string[]): string[] | undefined {
  for (const next of imports.get(way.at(-1) ?? '') ?? []) {
    if (way.includes(next)) return [...way.slice(way.indexOf(next)), next]
    const found = circle([...way, next])
    if (found) return found
  }
}

test('no folder imports from one that imports from it', () => {
  for (const folder of imports.keys()) assert.is(circle([folder])?.join(' → '), undefined)
})

test.run()
