import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseAllDocuments } from 'yaml'
import { type Checkout, checkout } from './checkout.ts'

const test = suite('hooks/render.ts')
/** Where a folder says what was rendered into it. */
const LIST = '.rendered'
const LONG_AGO = new Date('2001-01-01')
const FILES = ['assistant-stub', 'backend', 'config', 'frontend', 'mcp', 'network', 'postgres'].map(
  (name) => `${name}.yaml`,
)
let here: Checkout

test.before.each(async () => {
  here = await checkout()
})
test.after.each(() => here.remove())

async function rendered(): Promise<string[]> {
  return (await readdir(here.rendered)).filter((name) => name !== 'README.md' && name !== LIST).sort()
}

async function age(...names: string[]): Promise<void> {
  for (const name of names) await utimes(join(here.rendered, name), LONG_AGO, LONG_AGO)
}

async function touched(): Promise<string[]> {
  const names = await rendered()
  const times = await Promise.all(names.map((name) => stat(join(here.rendered, name))))
  return names.filter((_, n) => times[n]?.mtimeMs !== LONG_AGO.getTime())
}

test('renders without kubectl, cluster or settings file, so that skaffold delete works offline', async () => {
  const { exitCode, stdout, stderr } = await here.run('render', [], { PATH: '/nowhere' })
  assert.is(stderr, '')
  assert.is(exitCode, 0)
  assert.match(stdout, /^rendered 7 files, .*backend\.yaml.* changed\n$/)
  assert.equal(await rendered(), FILES)
  for (const name of FILES)
    for (const document of parseAllDocuments(await readFile(join(here.rendered, name), 'utf8')))
      assert.equal(document.errors, [])
  assert.equal(await here.kubectl.calls(), [])
})

test('touches only the files whose bytes change', async () => {
  await here.run('render')
  await age(...FILES)
  const again = await here.run('render')
  assert.match(again.stdout, 'none changed')
  assert.equal(await touched(), [])

  await here.settings({ LOG_LEVEL: 'debug' })
  const changed = await here.run('render')
  assert.equal(await touched(), [
    'assistant-stub.yaml',
    'backend.yaml',
    'config.yaml',
    'frontend.yaml',
    'mcp.yaml',
  ])
  assert.not.match(changed.stdout, 'postgres')
})

test('renders the profile that is asked for', async () => {
  await here.run('render', ['--profile', 'dev'])
  assert.match(await readFile(join(here.rendered, 'backend.yaml'), 'utf8'), '/opt/reload')
  await here.run('render', ['--profile', 'run'])
  assert.not.match(await readFile(join(here.rendered, 'backend.yaml'), 'utf8'), '/opt/reload')
})

test('refuses a skaffold.yaml that is not what the stack says, and brings it up to date when it is told to', async () => {
  const file = join(here.folder, 'skaffold.yaml')
  const before = await readFile(file, 'utf8')
  await here.edit('skaffold.yaml', 'PORT: "8001"', 'PORT: "8101"')
  const { exitCode, stderr } = await here.run('render')
  assert.is(exitCode, 1)
  assert.match(
    stderr,
    /skaffold\.yaml is not what the stack says\.\n {2}→ npm run render -- --format skaffold-config, then again\n/,
  )
  assert.equal(await rendered(), [])
  const config = await here.run('render', ['--format', 'skaffold-config'])
  assert.is(config.stdout, 'skaffold.yaml: brought up to date with the stack\n')
  assert.is(await readFile(file, 'utf8'), before)
  assert.is((await here.run('render')).exitCode, 0)

  await utimes(file, LONG_AGO, LONG_AGO)
  const again = await here.run('render', ['--format', 'skaffold-config'])
  assert.is(again.stdout, 'skaffold.yaml: up to date\n')
  assert.is((await stat(file)).mtimeMs, LONG_AGO.getTime())
})

test('removes what the settings no longer ask for, and nothing that is not its own', async () => {
  await here.run('render')
  await here.settings({
    DATABASE_URL: 'postgresql://todo@db.example/todo',
    OPENAI_BASE_URL: 'https://models.example/v1',
    OPENAI_MODEL: 'small',
    OPENAI_API_KEY: 'from-a-test',
  })
  const { stdout } = await here.run('render')
  assert.match(stdout, 'postgres.yaml')
  assert.equal(await readdir(here.rendered), [
    LIST,
    'README.md',
    'backend.yaml',
    'config.yaml',
    'frontend.yaml',
    'mcp.yaml',
    'network.yaml',
  ])
})

test('never writes a given secret', async () => {
  const given = { POSTGRES_PASSWORD: 'given-to-a-test', BETTER_AUTH_SECRET: 'given-to-a-test-'.repeat(2) }
  await here.settings(given)
  const { exitCode, stdout } = await here.run('render')
  assert.is(exitCode, 0)
  const files = await Promise.all(FILES.map((name) => readFile(join(here.rendered, name), 'utf8')))
  assert.not.match([stdout, await here.logs(), ...files].join('\n'), 'given-to-a-test')
})

test('a broken .env.local is refused with its cure, and nothing is written', async () => {
  await here.run('render')
  await age(...FILES)
  await here.settings({ LOG_LEVEL: 'debug', PORT_OFFSET: 'many', OPENAI_MODEL: 'small' })
  const { exitCode, stdout, stderr } = await here.run('render')
  assert.is(exitCode, 1)
  assert.is(stdout, '')
  assert.match(stderr, /^✗ PORT_OFFSET in \.env\.local is not a number\./)
  assert.match(stderr, '→ correct the line PORT_OFFSET=…')
  assert.equal(await touched(), [])
})

test('a broken model is refused by the names of its faults, and nothing is written', async () => {
  await here.edit('k8s/workload.ts', "targetPort: 'http'", "targetPort: 'https'")
  const { exitCode, stderr } = await here.run('render')
  assert.is(exitCode, 1)
  assert.match(stderr, 'Service backend leads to port https, which no container of its pods opens.')
  assert.equal(await rendered(), [])
})

test('an object that its schema refuses is refused by name', async () => {
  await here.edit(
    'k8s/workload.ts',
    'revisionHistoryLimit: 5',
    "revisionHistoryLimit: 'five' as unknown as number",
  )
  const { exitCode, stderr } = await here.run('render')
  assert.is(exitCode, 1)
  assert.match(stderr, /Deployment backend: .*revisionHistoryLimit/s)
})

test('--output writes elsewhere and leaves k8s/rendered alone', async () => {
  const elsewhere = join(here.folder, 'else', 'where')
  await mkdir(elsewhere, { recursive: true })
  await writeFile(join(elsewhere, 'notes.txt'), 'mine')
  assert.is((await here.run('render', ['--output', elsewhere])).exitCode, 0)
  assert.equal(await readdir(elsewhere), [LIST, ...FILES, 'notes.txt'].sort())
  assert.equal(await rendered(), [])
})

test('--output is relative to where the person stands', async () => {
  const stands = join(here.folder, 'else', 'where')
  await mkdir(stands, { recursive: true })
  const { exitCode, stderr } = await here.run('render', ['--output', 'out'], { INIT_CWD: stands })
  assert.is(exitCode, 0, stderr)
  assert.equal(await readdir(join(stands, 'out')), [LIST, ...FILES])
})

test('--output never writes over what somebody else wrote', async () => {
  await writeFile(join(here.folder, 'config.yaml'), 'mine')
  const { exitCode, stderr } = await here.run('render', ['--output', here.folder])
  assert.is(exitCode, 1)
  assert.match(stderr, /config\.yaml is there already, and no render has written it\.\n {2}→ .*--output/)
  assert.is(await readFile(join(here.folder, 'config.yaml'), 'utf8'), 'mine')
})

async function images(folder: string): Promise<string[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.yaml'))
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')))
  return [...new Set(texts.join('\n').match(/(?<=^ +image: ).*$/gm))].sort()
}

test('raw manifests have the images that were asked for, in a folder of their own', async () => {
  const { exitCode, stdout } = await here.run('render', ['--format', 'raw', '--tag', 'v0.1.0'])
  assert.is(exitCode, 0)
  assert.match(stdout, 'rendered 7 files')
  const folder = join(here.folder, 'dist', 'raw')
  assert.equal((await readdir(folder)).sort(), [LIST, ...FILES])
  assert.equal(await images(folder), [
    'postgres:17',
    'todo-assistant-stub:v0.1.0',
    'todo-backend:v0.1.0',
    'todo-frontend:v0.1.0',
    'todo-mcp:v0.1.0',
  ])
  assert.equal(await rendered(), [])
})

test('raw manifests of a registry, for a cluster elsewhere', async () => {
  const from = ['--registry', 'registry.example:5000/team', '--profile', 'remote']
  assert.is((await here.run('render', ['--format', 'raw', '--tag', 'v2', ...from])).exitCode, 0)
  const folder = join(here.folder, 'dist', 'raw')
  assert.ok((await images(folder)).includes('registry.example:5000/team/todo-mcp:v2'))
  const frontend = await readFile(join(folder, 'frontend.yaml'), 'utf8')
  assert.match(frontend, 'kind: HorizontalPodAutoscaler')
  assert.not.match(frontend, 'nodePort')
})

test('a Compose project is written where it finds the sources, its journey among it', async () => {
  await here.settings({ PORT_OFFSET: '5' })
  const { exitCode, stdout } = await here.run('render', ['--format', 'compose', '--tag', 'v0.1.0'])
  assert.is(exitCode, 0)
  assert.match(stdout, 'compose.yaml changed')
  const text = await readFile(join(here.folder, 'dist', 'compose', 'compose.yaml'), 'utf8')
  for (const part of [
    'context: ../..',
    'dockerfile: docker/python.Dockerfile',
    'image: todo-mcp:v0.1.0',
    '127.0.0.1:30085:3000',
    'const travel: Travel = async (',
    'async function walk(',
  ])
    assert.ok(text.includes(part), part)
  const again = await here.run('render', ['--format', 'compose', '--tag', 'v0.1.0'])
  assert.match(again.stdout, 'none changed')
})

for (const [what, args, sentence] of [
  ['no tag', ['--format', 'raw'], 'This format needs the tag of the images.'],
  ['a tag for Skaffold', ['--tag', 'v1'], 'Only raw and compose name images by --tag and --registry.'],
  ['an impossible tag', ['--format', 'raw', '--tag', 'v1/2'], 'No image can have the tag "v1/2".'],
  [
    'an address for a registry',
    ['--format', 'raw', '--tag', 'v1', '--registry', 'https://registry.example'],
    'No image can be in "https://registry.example".',
  ],
  [
    'a registry with a slash at its end',
    ['--format', 'compose', '--tag', 'v1', '--registry', 'registry.example/team/'],
    'No image can be in "registry.example/team/".',
  ],
  [
    'a profile of the loop',
    ['--format', 'raw', '--tag', 'v1', '--profile', 'dev'],
    '--profile, outside the loop, is "dev", which is none of run, remote.',
  ],
  [
    'a profile that Compose has not',
    ['--format', 'compose', '--tag', 'v1', '--profile', 'remote'],
    '--profile, for compose, is "remote", which is none of run.',
  ],
  [
    'a profile that the chart has not',
    ['--format', 'helm', '--profile', 'remote'],
    '--profile, for helm, is "remote", which is none of run.',
  ],
] as const)
  test(`${what} is refused with 2, and nothing is written`, async () => {
    const { exitCode, stderr } = await here.run('render', [...args])
    assert.is(exitCode, 2)
    assert.ok(stderr.startsWith(`✗ ${sentence}\n  → `), stderr)
    assert.not.ok((await readdir(here.folder)).includes('dist'))
  })

test.run()
