import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { $ } from 'zx/core'
import { CHECKOUT } from '../../../lib/shell/state-folder.ts'
import { pythonComponents } from '../../../scripts/sbom/components.ts'

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

test('those of backend and MCP server have each locked package with its hashes', () => {
  const lock = readFileSync(join(CHECKOUT, 'apps/backend/requirements.txt'), 'utf8')
  for (const image of ['todo-backend', 'todo-mcp']) {
    const purls = bill(image).components.map(({ purl }) => purl)
    const wanted = [...lock.matchAll(/^(\S+)==(\S+)/gm)].map(
      ([, name, version]) => `pkg:pypi/${name}@${version}`,
    )
    assert.equal(purls.slice(1), wanted)
    assert.ok(wanted.some((purl) => purl.startsWith('pkg:pypi/fastapi@')))
  }
  assert.is(bill('todo-backend').components.find(({ name }) => name === 'pywin32')?.scope, 'optional')
})

test('the same lock files give the same bytes', async () => {
  const again = join(folder, 'again')
  await sbom('--tag', 'v1.2.3', '--output', again)
  for (const file of readdirSync(again))
    assert.is(readFileSync(join(again, file), 'utf8'), readFileSync(join(folder, file), 'utf8'), file)
})

test('a package without version or hash is not passed over', () => {
  // Not locked: it names ranges.
  assert.throws(() => pythonComponents('apps/backend/pyproject.toml'), /no locked package/)
})

test('a tag that no image can have is refused', async () => {
  const { exitCode, stderr } = await sbom('--tag', 'a b', '--output', folder)
  assert.is(exitCode, 2)
  assert.match(stderr, /No image can have the tag "a b"\.\n {2}→ /)
})

test.run()
