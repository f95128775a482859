import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { CHECKOUT } from '../../lib/shell/state-folder.ts'
import { type Fault, plant } from './fault.ts'
import { FAULTS } from './planted.ts'

const test = suite('the planted faults')
const read = (file: string) => readFileSync(join(CHECKOUT, file), 'utf8')

function whyNot(fault: Fault): string[] {
  try {
    plant(read(fault.file), fault)
    return []
  } catch (error) {
    return [String(error)]
  }
}

test('each can still be planted, in one place', () => {
  assert.equal(FAULTS.flatMap(whyNot), [])
})

test('each names tests that are there', () => {
  const named = FAULTS.flatMap(({ tests }) => tests)
  assert.equal(
    named.filter((path) => !existsSync(join(CHECKOUT, path))),
    [],
  )
})

test('docs/testing.md lists each', () => {
  const text = read('docs/testing.md')
  assert.equal(
    FAULTS.filter(({ room, what }) => !text.includes(`| ${room} | ${what} |`)).map(({ what }) => what),
    [],
  )
})

test.run()
