import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { $ } from 'zx/core'
import { interpreters } from '../../../../lib/runtimes/python/interpreter.ts'
import { ensureUv } from '../../../../lib/runtimes/python/uv.ts'
import { CHECKOUT } from '../../../../lib/shell/state-folder.ts'

const test = suite('the lock file of Python packages')

const LOCK = readFileSync(join(CHECKOUT, 'apps/backend/uv.lock'), 'utf8')
/** Of the public registry's host and that of its files. Their names stand in the lock file alone. */
const PUBLIC = '0eebf964e1b253407f6fda540c79403a97241856d79dff7c809f9cd5845c94f2'

test('is what uv makes of pyproject.toml', async () => {
  const uv = await ensureUv(await interpreters(), new AbortController().signal)
  const [, registry = ''] = /registry = "([^"]+)"/.exec(LOCK) ?? []
  const asked = $({ quiet: true, nothrow: true, cwd: join(CHECKOUT, 'apps', 'backend') })
  const offline = ['--offline', '--no-cache', '--default-index', registry]
  const { exitCode, stderr } = await asked`${uv} lock --check --no-config ${offline}`
  assert.is(exitCode, 0, `in apps/backend/: uv lock\n${stderr}`)
})

test('names no registry but the public one', () => {
  const hosts = new Set([...LOCK.matchAll(/https?:\/\/([^/"]+)/g)].map(([, host]) => host))
  const named = [...hosts].sort().join(' ')
  assert.is(createHash('sha256').update(named).digest('hex'), PUBLIC, named)
})

test.run()
