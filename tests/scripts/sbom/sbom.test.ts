import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'smol-toml'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { $ } from 'zx/core'
import { CHECKOUT } from '../../../lib/shell/state-folder.ts'
import { componentsOf } from '../../../scripts/sbom/python.ts'

const test = suite('bills of materials')
const folder = mkdtempSync(join(tmpdir(), 'todo-sbom-'))
test.after(() => rmSync(folder, { recursive: true }))

interface Bill {
  bomFormat: string
  specVersion: string
  metadata: { component: { purl: string } }
  components: {
    type: string
    name: string
    version: string
    purl: string
    'bom-ref': string
    scope?: string
  }[]
  dependencies: { dependsOn: string[] }[]
}

const sbom = (...words: string[]) =>
  $({ quiet: true, nothrow: true, cwd: CHECKOUT })`${process.execPath} --import tsx scripts/sbom.ts ${words}`
const bill = (image: string, at = folder) =>
  JSON.parse(readFileSync(join(at, `${image}.cdx.json`), 'utf8')) as Bill
const locked = JSON.parse(readFileSync(join(CHECKOUT, 'apps/frontend/package-lock.json'), 'utf8')) as {
  packages: Record<string, { version?: string; dev?: boolean; link?: boolean }>
}

test('there is one for each image, named after it and its tag', async () => {
  const { exitCode, stderr } = await sbom('--tag', 'v1.2.3', '--output', folder)
  assert.is(exitCode, 0, stderr)
  const images = ['todo-assistant-stub', 'todo-backend', 'todo-frontend', 'todo-mcp']
  assert.equal(
    readdirSync(folder).sort(),
    images.map((image) => `${image}.cdx.json`),
  )
  for (const image of images) {
    const { bomFormat, specVersion, metadata, components, dependencies } = bill(image)
    assert.equal(
      [bomFormat, specVersion, metadata.component.purl],
      ['CycloneDX', '1.5', `pkg:docker/${image}@v1.2.3`],
    )
    const references = components.map((component) => component['bom-ref'])
    assert.is(new Set(references).size, references.length, `${image} names something twice`)
    assert.equal(dependencies[0]?.dependsOn, references)
  }
})

test('the folder is relative to where the person stands', async () => {
  const there = join(folder, 'below')
  const env = { ...process.env, INIT_CWD: folder }
  const { exitCode, stderr } = await $({
    quiet: true,
    nothrow: true,
    cwd: CHECKOUT,
    env,
  })`${process.execPath} --import tsx scripts/sbom.ts --output below`
  assert.is(exitCode, 0, stderr)
  assert.ok(readdirSync(there).includes('todo-mcp.cdx.json'))
})

test('each names the image it starts from', () => {
  for (const [image, base] of [
    ['todo-frontend', 'pkg:docker/node@24-slim'],
    ['todo-assistant-stub', 'pkg:docker/node@24-slim'],
    ['todo-backend', 'pkg:docker/python@3.13-slim'],
    ['todo-mcp', 'pkg:docker/python@3.13-slim'],
  ] as const)
    assert.equal(
      bill(image)
        .components.filter(({ type }) => type === 'container')
        .map(({ purl }) => purl),
      [base],
    )
})

test('that of the frontend has each package that production needs, in the locked version, and no other', () => {
  const wanted = Object.entries(locked.packages)
    .filter(([path, { dev, link }]) => path !== '' && !dev && !link)
    .map(([path, { version }]) => `${path.split('node_modules/').at(-1)}@${version}`)
  const has = bill('todo-frontend').components.filter(({ type }) => type === 'library')
  assert.equal(
    [...new Set(has.map(({ name, version }) => `${name}@${version}`))].sort(),
    [...new Set(wanted)].sort(),
  )
  for (const name of ['next', 'react', 'better-auth', 'pg'])
    assert.ok(
      has.some((one) => one.name === name),
      name,
    )
  assert.not.ok(has.some(({ name }) => name === 'typescript'))
})

test('those of backend and MCP server have what pyproject.toml asks for, what that needs, and no more', () => {
  const { project } = parse(readFileSync(join(CHECKOUT, 'apps/backend/pyproject.toml'), 'utf8')) as {
    project: { dependencies: string[] }
  }
  const wanted = project.dependencies.map((asked) => /^([\w-]+)(?:\[\w+\])?==([\w.]+)/.exec(asked) ?? [])
  assert.ok(wanted.length > 10)
  for (const image of ['todo-backend', 'todo-mcp']) {
    const purls = bill(image).components.map(({ purl }) => purl)
    for (const [, name, version] of wanted) assert.ok(purls.includes(`pkg:pypi/${name}@${version}`), name)
    for (const name of ['anyio', 'pydantic-core', 'cffi'])
      assert.ok(
        purls.some((purl) => purl.startsWith(`pkg:pypi/${name}@`)),
        name,
      )
    for (const name of ['watchfiles', 'pytest', 'uv'])
      assert.not.ok(
        purls.some((purl) => purl.startsWith(`pkg:pypi/${name}@`)),
        name,
      )
  }
  assert.is(bill('todo-backend').components.find(({ name }) => name === 'pywin32')?.scope, 'optional')
})

test('the same lock files give the same bytes', async () => {
  const again = join(folder, 'again')
  await sbom('--tag', 'v1.2.3', '--output', again)
  for (const file of readdirSync(again))
    assert.is(readFileSync(join(again, file), 'utf8'), readFileSync(join(folder, file), 'utf8'), file)
})

const HASH = 'ab'.repeat(32)
const locking = (name: string, needs = '', more = '') => `[[package]]
name = "${name}"
version = "1.0"
dependencies = [${needs}]
wheels = [{ url = "https://example.com/a.whl", hash = "sha256:${HASH}" }]
${more}
`
const PROJECT = `[[package]]
name = "ours"
version = "0.1.0"
source = { virtual = "." }
dependencies = [{ name = "a", extra = ["b"] }, { name = "c", marker = "sys_platform == 'win32'" }]
[package.dev-dependencies]
dev = [{ name = "e" }]
`
const A = locking('a', '', '[package.optional-dependencies]\nb = [{ name = "d" }]')
const scopes = (text: string) => componentsOf(text).map(({ name, scope }) => `${name} ${scope}`)

test('of a lock file, an extra is in it, what a group has is not, and what a marker keeps off may be', () => {
  const text = PROJECT + A + locking('c', '{ name = "d" }, { name = "f" }')
  const others = ['d', 'e', 'f'].map((name) => locking(name)).join('')
  assert.equal(scopes(text + others), ['a required', 'c optional', 'd required', 'f optional'])
  assert.match(JSON.stringify(componentsOf(text + others)[0]), `[{"alg":"SHA-256","content":"${HASH}"}]`)
})

test('a package without version or hash is not passed over, nor one that is missing', () => {
  const whole = PROJECT + A + locking('c') + locking('d')
  assert.is(scopes(whole).length, 3)
  assert.throws(() => componentsOf(whole.replace('hash = "sha256:', 'hash = "md5:')))
  assert.throws(() => componentsOf(whole.replace(/^version = "1.0"$/m, '')))
  assert.throws(() => componentsOf(whole.replace(/^wheels.*$/m, '')), /a has no file|ours, a has no file/)
  assert.throws(() => componentsOf(PROJECT + A + locking('d')), /0 of c/)
})

test('a tag that no image can have is refused', async () => {
  const { exitCode, stderr } = await sbom('--tag', 'a b', '--output', folder)
  assert.is(exitCode, 2)
  assert.match(stderr, /No image can have the tag "a b"\.\n {2}→ /)
})

test.run()
