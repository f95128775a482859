import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

const frontend = join(import.meta.dirname, '..')

test('the types that the page is checked against are those of docs/contracts/openapi.yaml: else npm run contract', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'contract-'))
  try {
    const made = join(folder, 'contract.ts')
    await promisify(execFile)(process.execPath, ['build/contract.mjs', made], { cwd: frontend })
    const committed = await readFile(join(frontend, 'src/client/contract.ts'), 'utf8')
    assert.fixture(committed, await readFile(made, 'utf8'))
  } finally {
    await rm(folder, { recursive: true })
  }
})

test.run()
