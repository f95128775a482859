import { readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { $ } from 'zx/core'
import { CHECKOUT } from '../../lib/shell/state-folder.ts'

const test = suite('what programs that develop here are told')
const SKILL = '.agents/skills/dev-loop/SKILL.md'
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }

function read(file: string): string {
  return readFileSync(join(CHECKOUT, file), 'utf8')
}

/** The commands of a text: the name of each, and its words. */
function commands(text: string): readonly (readonly [name: string, words: readonly string[]])[] {
  return [...text.matchAll(/\bnpm (?:run (?:-s )?)?(test|[\w:]+)((?: -- [^`#\n]+)?)/g)].flatMap(
    ([, name = '', rest = '']) =>
      ['ci', 'run'].includes(name)
        ? []
        : [[name, rest.replace(' -- ', '').trim().split(/\s+/).filter(Boolean)] as const],
  )
}

test('the skill is in the common format', () => {
  const [, head = ''] = /^---\n([\s\S]+?)\n---\n/.exec(read(SKILL)) ?? []
  const { name, description } = parse(head) as Record<string, string>
  assert.is(name, basename(dirname(SKILL)))
  assert.ok(description && description.length <= 1024)
})

for (const file of [SKILL, 'AGENTS.md'])
  test(`each command of ${file} is there, with its flags`, async () => {
    const found = commands(read(file))
    assert.ok(found.length > 5)
    for (const [name, words] of found) {
      const usage = await usageOf(name)
      const flags = words.filter((word) => word.startsWith('--'))
      for (const flag of flags) assert.match(usage, new RegExp(`${flag}\\b`), `npm run ${name} -- ${flag}`)
      const [word] = words
      if (name === 'loop' && word) assert.match(usage, new RegExp(`^ {2}${word}\\b`, 'm'))
    }
  })

const usages = new Map<string, Promise<string>>()

/** What a script of package.json says about itself; nothing where it is no program of ours. */
function usageOf(name: string): Promise<string> {
  const script = scripts[name]
  assert.ok(script, `npm run ${name}`)
  const [, program] = / (\S+\.ts)$/.exec(script) ?? []
  const said = async () =>
    program
      ? (await $({ quiet: true, cwd: CHECKOUT })`node --import ./lib/shell/start.mjs ${program} --help`)
          .stdout
      : ''
  const usage = usages.get(name) ?? said()
  usages.set(name, usage)
  return usage
}

test.run()
