import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseAllDocuments } from 'yaml'
import { type Checkout, checkout } from './checkout.ts'

const test = suite('the files of apps/database/init')
let here: Checkout

test.before.each(async () => {
  here = await checkout()
  await mkdir(join(here.folder, 'apps', 'database', 'init'), { recursive: true })
})
test.after.each(() => here.remove())

const put = (name: string, text: string) =>
  writeFile(join(here.folder, 'apps', 'database', 'init', name), text)

test('what is SQL is rendered, and nothing else', async () => {
  await put('20-second.sql', 'SELECT 2;\n')
  await put('10-first.sql', 'SELECT 1;\n')
  await put('README.md', 'Not SQL.\n')
  assert.is((await here.run('render')).exitCode, 0)
  const objects = parseAllDocuments(await readFile(join(here.rendered, 'postgres.yaml'), 'utf8')).map(
    (document) => document.toJS() as { kind: string; data?: object },
  )
  const { data } = objects.find(({ kind }) => kind === 'ConfigMap') ?? {}
  assert.equal(data, { '10-first.sql': 'SELECT 1;\n', '20-second.sql': 'SELECT 2;\n' })
})

test('too much of it is refused before anything is rendered', async () => {
  await put('big.sql', '-'.repeat(2 ** 20 + 1))
  const { exitCode, stderr } = await here.run('render')
  assert.is(exitCode, 1)
  assert.match(
    stderr,
    /^✗ The scripts of apps\/database\/init have 1025 KiB together.*\n {2}→ make them smaller/,
  )
})

test.run()
