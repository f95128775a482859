import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { $ } from 'zx/core'
import { CHECKOUT } from '../../lib/shell/state-folder.ts'

const test = suite('what the documents name')
const git = (...words: string[]) => $({ quiet: true, cwd: CHECKOUT })`git ${words}`
const listing = await git('ls-files', '--cached', '--others', '--exclude-standard')
const FILES = listing.stdout.trim().split('\n')
const FOLDERS = new Set(FILES.flatMap(parents))
const TOP = new Set(FILES.filter((file) => file.includes('/')).map((file) => file.split('/')[0] ?? ''))
const DOCUMENTS = FILES.filter((file) => /^(README\.md|docs\/.*\.md|.*\/README\.md)$/.test(file))
const SCRIPTS = ['package.json', 'apps/frontend/package.json'].flatMap((file) => {
  const { scripts } = JSON.parse(readFileSync(join(CHECKOUT, file), 'utf8')) as { scripts: object }
  return Object.keys(scripts)
})
/** Made by what people run, below the checkout or the state folder, and not kept in git. */
const MADE = /^(dist|docker\/ca\.pem|k8s\/rendered\/|apps\/(frontend\/(dist|\.next)|backend\/\.venv)\b)/

function parents(file: string): string[] {
  const parent = dirname(file)
  return parent === '.' ? [] : [parent, ...parents(parent)]
}

/** Whether there is such a file or folder; `<name>` stands for any name, and of what `*` stands for there may be none yet. */
function exists(path: string): boolean {
  const plain = normalize(path.replace(/\/$/, ''))
  if (plain.includes('*')) return exists(dirname(plain))
  if (!plain.includes('<')) return FOLDERS.has(plain) || FILES.includes(plain) || plain === '.'
  const pattern = plain.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll(/<[\w-]+>/g, '[^/]+')
  return FILES.some((file) => new RegExp(`^${pattern}$`).test(file))
}

/** Names that stand for any, words of protocols, and tests by the short names that docs/security.md says it uses. */
const isNoPath = (path: string) =>
  /\/(x\.test\.ts|test_x\.py)$/.test(path) || FILES.includes(`tests/${path}.test.ts`)

for (const document of DOCUMENTS) {
  const text = readFileSync(join(CHECKOUT, document), 'utf8')

  test(`${document}: each file and folder exists`, () => {
    const quoted = [...text.matchAll(/`([\w.@-]+(?:\/[\w.@<>*…-]*)+)(?::\d+)?`/g)]
    const named = quoted.flatMap(([, path = '']) => (TOP.has(path.split('/')[0] ?? '') ? [path] : []))
    assert.equal(
      named.filter((path) => !exists(path) && !MADE.test(path) && !isNoPath(path)),
      [],
    )
  })

  test(`${document}: each link leads somewhere`, () => {
    const links = [...text.matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)].map(([, link = '']) => link)
    const local = links.filter((link) => !/^\w+:/.test(link))
    assert.equal(
      local.filter((link) => !exists(join(dirname(document), link))),
      [],
    )
  })

  test(`${document}: each npm script exists`, () => {
    const named = [...text.matchAll(/\bnpm run ([\w:]+)/g)].map(([, script = '']) => script)
    assert.equal(
      named.filter((script) => !SCRIPTS.includes(script)),
      [],
    )
  })
}

test.run()
