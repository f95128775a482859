import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { CHECKOUT } from '../../lib/shell/state-folder.ts'
import { type Copy, copyCheckout } from '../cluster/copy.ts'

const test = suite('what a change of the application costs: one file')
const FILE = 'stack/stack.ts'
/** What a command brings up to date with it. */
const REFRESHED = ['skaffold.yaml']
let copy: Copy

test.before(async () => {
  copy = await copyCheckout()
})
test.after(() => copy.remove())

/** Edits stack.ts in the copy. @returns the manifests that come of it, and which files differ then */
async function changed(edits: Readonly<Record<string, string>>) {
  let text = readFileSync(join(CHECKOUT, FILE), 'utf8')
  for (const [before, after] of Object.entries(edits)) {
    assert.ok(text.includes(before), `${FILE} has ${before}`)
    text = text.replace(before, () => after)
  }
  writeFileSync(join(copy.folder, FILE), text)
  const hook = async (...words: string[]) => {
    const { code, said } = await copy.hook('render', words)
    assert.is(code, 0, said)
  }
  await hook('--format', 'skaffold-config')
  const output = join(copy.state, 'raw')
  await hook('--format', 'raw', '--tag', 'v1', '--output', output)
  const list = readFileSync(join(output, '.rendered'), 'utf8').trim().split('\n')
  const read = (folder: string, file: string) => readFileSync(join(folder, file), 'utf8')
  return {
    manifests: list.map((file) => read(output, file)).join('---\n'),
    skaffold: read(copy.folder, 'skaffold.yaml'),
    differing: [FILE, ...REFRESHED].filter((file) => read(copy.folder, file) !== read(CHECKOUT, file)),
  }
}

test('another name', async () => {
  const { manifests, differing } = await changed({ "name: 'todo',\n  about": "name: 'notes',\n  about" })
  assert.match(manifests, 'namespace: notes')
  assert.match(manifests, 'image: notes-backend:v1')
  assert.not.match(manifests, /namespace: todo\b/)
  assert.equal(differing, [FILE, 'skaffold.yaml'])
})

test('a Valkey with a password that one service uses', async () => {
  const { manifests, skaffold, differing } = await changed({
    '  secrets: {\n': `  secrets: {
    CACHE_PASSWORD: { source: 'generated', schema: z.string().min(16).optional() },
    CACHE_CONFIGURATION: {
      source: 'derived',
      schema: z.string().optional(),
      from: 'cache',
      derive: (secret) => \`requirepass \${secret('CACHE_PASSWORD')}\`,
    },
`,
    '  services: {\n': `  services: {
    cache: {
      kind: 'store',
      component: 'cache',
      image: 'valkey/valkey:8',
      port: 6379,
      uid: 999,
      command: ({ data, secrets }) => ['valkey-server', \`\${secrets}/CACHE_CONFIGURATION\`, '--dir', data],
      env: {},
      secrets: ['CACHE_CONFIGURATION'],
      resources: { cpu: '25m', memory: '32Mi' },
      data: '/data',
      writable: {},
      onHost: { program: 'valkey-server', cure: 'install it' },
      ready: ['valkey-cli', 'ping'],
    },
`,
    "calls: ['frontend', 'mcp', 'assistant-stub', 'postgres'],":
      "calls: ['frontend', 'mcp', 'assistant-stub', 'postgres', 'cache'],",
    "secrets: ['DATABASE_URL', 'OPENAI_API_KEY', 'VAPID_PRIVATE_KEY'],":
      "secrets: ['DATABASE_URL', 'OPENAI_API_KEY', 'VAPID_PRIVATE_KEY', 'CACHE_PASSWORD'],",
  })
  assert.match(manifests, 'image: valkey/valkey:8')
  assert.is(manifests.match(/key: CACHE_PASSWORD/g)?.length, 1)
  // It builds nothing.
  assert.not.match(skaffold, 'todo-cache')
  assert.equal(differing, [FILE])
})

test('the API in Go', async () => {
  const text = readFileSync(join(CHECKOUT, FILE), 'utf8')
  const api = /backend: python\(\{[\s\S]*?\n {4}\}\),\n/.exec(text)?.[0] ?? ''
  const inGo = api
    .replace('python({', 'go({')
    .replace("'apps/backend'", "'apps/api'")
    .replace("['app', 'core']", "['.']")
    .replace(/^ +(app|migrate|migrations|carries): .*\n/gm, '')
  const { manifests, skaffold, differing } = await changed({
    'import { python }': "import { go } from '../lib/runtimes/go/program.ts'\nimport { python }",
    [api]: inGo,
    "migratedBy: 'backend',": "migrate: 'app.migrate',\n      migrations: 'apps/backend/migrations',",
  })
  assert.match(skaffold, /image: todo-backend\n(?: .*\n)*? +dockerfile: docker\/go\.Dockerfile/)
  assert.match(manifests, 'path: /readyz')
  assert.equal(differing, [FILE, 'skaffold.yaml'])
})

test.run()
