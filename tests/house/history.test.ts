import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { $ } from 'zx/core'
import { CHECKOUT } from '../../lib/shell/state-folder.ts'

const test = suite('what git has ever had')

/** What keys of vendors, private keys and tokens look like. */
const KEYS = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/]{20}/,
  /\bAKIA[0-9A-Z]{16}\b/,
  /\bgh[pousr]_[A-Za-z0-9]{36}\b/,
  /\bglpat-[\w-]{20}\b/,
  /\bsk-(?:proj-|ant-)?[A-Za-z0-9]{32,}/,
  /\bgsk_[A-Za-z0-9]{40,}/,
  /\bAIza[\w-]{35}\b/,
  /\bxox[abpr]-[\w-]{20,}/,
  /\beyJ[\w-]{15,}\.eyJ[\w-]{15,}\.[\w-]{30,}/,
]

test('holds no key, in no version of any file', async () => {
  const git = $({ quiet: true, cwd: CHECKOUT, maxBuffer: 2 ** 30 })
  const { stdout } = await git`git log --all --patch --unified=0 --no-color --no-textconv --format=commit:%h`
  const commits = stdout.split(/^commit:/m).slice(1)
  const found = commits.flatMap((commit) =>
    KEYS.filter((key) => key.test(commit)).map((key) => `${commit.slice(0, 8).trim()}: ${key}`),
  )
  assert.equal(found, [])
  console.log(`figure: ${commits.length} commits`)
})

test('has never had a settings file of a person', async () => {
  const git = $({ quiet: true, cwd: CHECKOUT })
  const { stdout } =
    await git`git log --all --format= --name-only --diff-filter=A -- ${':(glob)**/.env'} ${':(glob)**/.env.local'}`
  assert.is(stdout.trim(), '')
})

test.run()
