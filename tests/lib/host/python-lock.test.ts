import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { $ } from 'zx/core'
import { ensureUv } from '../../../lib/host/uv.ts'
import { interpreters } from '../../../lib/runtimes/python/interpreter.ts'
import { CHECKOUT } from '../../../lib/shell/state-folder.ts'

const test = suite('the lock file of Python packages')

test('is what uv makes of pyproject.toml', async () => {
  const uv = await ensureUv(await interpreters(), new AbortController().signal)
  const asked = $({ quiet: true, nothrow: true, cwd: join(CHECKOUT, 'apps', 'backend') })
  const offline = ['--offline', '--no-cache', '--default-index', 'https://pypi.org/simple']
  const { exitCode, stderr } = await asked`${uv} lock --check --no-config ${offline}`
  assert.is(exitCode, 0, `in apps/backend/: uv lock\n${stderr}`)
})

test('names no registry but the public one', () => {
  const text = readFileSync(join(CHECKOUT, 'apps/backend/uv.lock'), 'utf8')
  const hosts = new Set([...text.matchAll(/https?:\/\/([^/"]+)/g)].map(([, host]) => host))
  assert.equal([...hosts].sort(), ['files.pythonhosted.org', 'pypi.org'])
})

test.run()
