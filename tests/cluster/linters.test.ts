import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import { $, which } from 'zx/core'
import { CHECKOUT } from '../../lib/shell/state-folder.ts'

const test = suite('linters of manifests')

/** Each as docs/security.md tells a person to run it. */
const [, documented = ''] =
  /## Linters[\s\S]*?```sh\n([\s\S]*?)```/.exec(readFileSync(join(CHECKOUT, 'docs/security.md'), 'utf8')) ??
  []
const [render = '', ...linters] = documented.trim().split('\n')

const folder = mkdtempSync(join(tmpdir(), 'todo-linters-'))
test.after(() => rmSync(folder, { recursive: true }))

const shell = $({ quiet: true, nothrow: true, cwd: CHECKOUT })

test('the documentation has a line to render, and one for each linter', () => {
  assert.match(render, /^npm run render -- --format raw /)
  assert.deepEqual(
    linters.map((line) => line.split(' ')[0]),
    ['kube-score', 'kube-linter', 'polaris'],
  )
})

for (const profile of ['run', 'remote']) {
  const output = join(folder, profile)
  test.before(async () => {
    const { exitCode, stderr } = await shell`bash -c ${`${render} --profile ${profile} --output ${output}`}`
    assert.equal(exitCode, 0, stderr)
  })
  for (const line of linters) {
    const [linter = ''] = line.split(' ')
    const found = await which(linter, { nothrow: true })
    const run = found ? test : test.skip
    if (!found) console.log(`not run: ${linter} on profile ${profile}, because it is not on this PATH`)
    run(`${linter} finds nothing in profile ${profile} that is not exempt`, async () => {
      const { exitCode, stdout, stderr } = await shell`bash -c ${line.replace('dist/raw', output)}`
      assert.equal(exitCode, 0, stdout + stderr)
    })
  }
}

test.run()
