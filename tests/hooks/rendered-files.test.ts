import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { writeFiles } from '../../hooks/render/files.ts'
import { Refusal } from '../../lib/shell/refusal.ts'

const test = suite('a folder that is rendered into')
let top: string
let folder: string

test.before.each(() => {
  top = mkdtempSync(join(tmpdir(), 'rendered-'))
  folder = join(top, 'folder')
  mkdirSync(folder)
})
test.after.each(() => rmSync(top, { recursive: true }))

function put(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}

/** All there is, but for the list of what was rendered: paths and contents. */
function there(): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  const paths = files.map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
  const texts = paths.sort().map((path) => [path, readFileSync(join(folder, path), 'utf8')])
  return Object.fromEntries(texts.filter(([path]) => path !== '.rendered'))
}

const render = (wanted: Readonly<Record<string, string>>, own = false) =>
  writeFiles(folder, new Map(Object.entries(wanted)), own)

const MINE = {
  'skaffold.yaml': 'mine',
  '.github/workflows/ci.yaml': 'mine',
  'values.yml': 'mine',
  'templates/mine.yaml': 'mine',
  'notes.txt': 'mine',
}

for (const own of [false, true])
  test(`keeps what no render wrote, in a folder of ${own ? 'ours' : 'the person’s'}`, () => {
    for (const [path, text] of Object.entries(MINE)) put(path, text)
    const first = render({ 'backend.yaml': '1', 'templates/a.yaml': '1' }, own)
    assert.equal(first, ['backend.yaml', 'templates/a.yaml'])
    assert.equal(there(), { ...MINE, 'backend.yaml': '1', 'templates/a.yaml': '1' })
    assert.equal(render({ 'backend.yaml': '2' }, own), ['templates/a.yaml', 'backend.yaml'])
    assert.equal(there(), { ...MINE, 'backend.yaml': '2' })
    assert.equal(render({}, own), ['backend.yaml'])
    assert.equal(there(), MINE)
  })

test('a file of another’s making, of a wanted name, is written over in a folder of ours alone', () => {
  put('backend.yaml', 'mine')
  let refused: unknown
  try {
    render({ 'a.yaml': '1', 'backend.yaml': '1' })
  } catch (error) {
    refused = error
  }
  assert.instance(refused, Refusal)
  assert.match((refused as Refusal).message, /folder\/backend\.yaml is there already/)
  assert.equal(there(), { 'backend.yaml': 'mine' })
  render({ 'a.yaml': '1', 'backend.yaml': '1' }, true)
  assert.equal(there(), { 'a.yaml': '1', 'backend.yaml': '1' })
})

test('a file of another’s making with the very bytes is no obstacle, and ours from then on', () => {
  put('backend.yaml', '1')
  assert.equal(render({ 'backend.yaml': '1' }), [])
  assert.equal(render({}), ['backend.yaml'])
})

test('what was rendered and removed by hand is no obstacle', () => {
  render({ 'backend.yaml': '1' })
  rmSync(join(folder, 'backend.yaml'))
  assert.equal(render({}), [])
})

for (const path of ['../outside.yaml', '/etc/hostname', '.', ''])
  test(`a list that somebody edited leads to nothing outside the folder: ${JSON.stringify(path)}`, () => {
    writeFileSync(join(top, 'outside.yaml'), 'mine')
    put('.rendered', `${path}\n`)
    render({ 'backend.yaml': '1' })
    assert.is(readFileSync(join(top, 'outside.yaml'), 'utf8'), 'mine')
  })

test.run()
