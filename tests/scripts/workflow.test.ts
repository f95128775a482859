import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { CHECKOUT } from '../../lib/shell/state-folder.ts'

const test = suite('the workflow of the public forge')

interface Step {
  readonly uses?: string
  readonly run?: string
}
interface Workflow {
  readonly permissions: Readonly<Record<string, string>>
  readonly jobs: Readonly<
    Record<string, { readonly steps: readonly Step[]; readonly 'timeout-minutes'?: number }>
  >
}

const text = readFileSync(join(CHECKOUT, '.github/workflows/ci.yml'), 'utf8')
const { permissions, jobs } = parse(text) as Workflow
const steps = Object.values(jobs).flatMap((job) => job.steps)
const { scripts } = JSON.parse(readFileSync(join(CHECKOUT, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>
}

test('may read the contents and nothing else', () => {
  assert.equal(permissions, { contents: 'read' })
})

test('takes each action by the digest of a commit', () => {
  const loose = steps.flatMap(({ uses }) => (uses && !/@[0-9a-f]{40}$/.test(uses) ? [uses] : []))
  assert.equal(loose, [])
})

test('calls only scripts that there are', () => {
  const called = steps.flatMap(({ run = '' }) =>
    [...run.matchAll(/npm (?:run )?(?!ci\b|run\b|audit\b)([\w:]+)/g)].map(([, name = '']) => name),
  )
  assert.ok(called.length > 0)
  assert.equal(
    called.filter((name) => !(name in scripts)),
    [],
  )
})

test('ends what hangs', () => {
  const endless = Object.entries(jobs).flatMap(([name, job]) => (job['timeout-minutes'] ? [] : [name]))
  assert.equal(endless, [])
})

test.run()
