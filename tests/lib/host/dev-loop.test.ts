import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { suite } from 'uvu'
import { recorded } from '../../../lib/host/running.ts'
import { type Copy, copyCheckout } from '../../cluster/copy.ts'
import { develop } from '../../develop.ts'
import { shareInstalled, stateInCopy } from './copied.ts'
import {
  answering,
  command,
  forgetSettings,
  OFFSET,
  ORIGIN,
  startCommand,
  untilSaid,
  useSettings,
} from './host-target.ts'

const test = suite('the loop on a host')
let copy: Copy

test.before(async () => {
  copy = await copyCheckout()
  await shareInstalled(copy.folder)
})

test.after(async () => {
  await command('down', ['--target', 'host', '--data'], {}, copy.folder)
  await copy.remove()
  forgetSettings()
})

test('shows a saved file of backend and frontend, and the end of its terminal ends everything', async () => {
  const loop = startCommand('dev', ['--target', 'host'], {}, copy.folder)
  try {
    await untilSaid(loop.child, /The loop is up/)
    await shows('apps/backend/app/api.py', 'title="Todo API"', 'title="Edited API"', () =>
      page(`http://127.0.0.1:${8000 + OFFSET}/openapi.json`, '"Edited API"'),
    )
    await shows('apps/frontend/src/app/sign-in/page.tsx', 'Sign in', 'Enter', () =>
      page(`${ORIGIN}/sign-in`, 'Enter'),
    )
  } finally {
    process.kill(-(loop.child.pid ?? 0), 'SIGHUP')
  }
  assert.equal((await loop.ended).code, 0)
  assert.deepEqual(await answering(), [])
})

test('a program that knows AGENTS.md alone develops in a loop in the background, which leaves nothing', async () => {
  const script = async (name: string, ...words: string[]) => command(name, words, {}, copy.folder)
  const wait = async (...files: string[]) => {
    const served = files.flatMap((file) => ['--served', resolve(copy.folder, file)])
    const { code, stdout } = await script('loop', 'wait', ...served, '--timeout', '300', '--json')
    return { code, ...(JSON.parse(stdout) as { message: string }) }
  }
  await develop(copy.folder, 'host', process.env, async () => {
    const again = await script('dev', '--target', 'host')
    assert.equal(again.code, 1)
    assert.match(again.stderr, /The loop is running already: http:\/\/localhost:\d+ \(process \d+\)/)

    const [api, stub] = ['apps/backend/core/words.py', 'apps/assistant-stub/language/title.ts']
    await copy.edit(api, 'import re\n', 'import re\n# edited\n')
    await copy.edit(stub, 'const QUOTED', '// edited\nconst QUOTED')
    assert.equal((await wait(api, stub)).code, 0)
    assert.equal((await script('loop', 'wait', '--served', 'README.md')).code, 2)

    const [newest = ''] = (await readdir(join(copy.folder, VERSIONS))).filter(isMigration).sort().reverse()
    const migration = join(VERSIONS, '9001_saved.py')
    const text = (column: string) => migrationAfter(newest.slice(0, 4), column)
    for (const column of ['first', 'second']) {
      await writeFile(join(copy.folder, migration), text(column))
      assert.equal((await wait(migration)).code, 0)
    }
    await writeFile(join(copy.folder, migration), text('third').replace('ADD COLUMN', 'ADD A'))
    const failing = await wait(migration)
    assert.equal(failing.code, 1)
    assert.match(failing.message, /Does not migrate: .*9001_saved\.py:\d+/)
    await rm(join(copy.folder, migration))

    const { XDG_STATE_HOME = '', TODO_ENV_FILE = '' } = process.env
    const state = stateInCopy(copy.folder, XDG_STATE_HOME, 'todo')
    const pids = async () =>
      Object.fromEntries((await recorded(state)).map(({ name, pid }) => [name, pid] as const))
    const before = await pids()
    useSettings(['MODEL_PATIENCE=77'])
    assert.equal((await wait(TODO_ENV_FILE)).code, 0)
    const between = await pids()
    assert.deepEqual({ ...between, backend: 0 }, { ...before, backend: 0 })
    assert.notEqual(between.backend, before.backend)
    await copy.edit('stack/stack.ts', 'BACKEND_URL: ({ at }) => `http', 'BACKEND_URL: ({ at }) => `HTTP')
    assert.equal((await wait('stack/stack.ts')).code, 0)
    const after = await pids()
    assert.deepEqual({ ...after, frontend: 0 }, { ...between, frontend: 0 })
    assert.notEqual(after.frontend, between.frontend)

    // A thread has loaded the stack that was saved: it is that which is started at another port.
    assert.equal((await script('loop', 'fault', 'mcp', 'slow', '700ms', '20s')).code, 0)
    const began = performance.now()
    await fetch(`http://127.0.0.1:${8001 + OFFSET}/health/live`)
    assert.ok(performance.now() - began > 699)
    const second = await script('loop', 'fault', 'mcp', 'away')
    assert.match(second.stderr, /mcp has a fault/)
    const ready = () => page(`http://127.0.0.1:${8000 + OFFSET}/health/ready`, '"ready"')
    assert.ok(await ready())
    const asked = script('loop', 'fault', 'postgres', 'away', '5s')
    while (await ready()) await pause(50)
    assert.match((await asked).stdout, /postgres is away for 5 s; called by frontend, mcp, backend/)
    while (!(await ready())) await pause(50)
    while ((await script('loop', 'restart', 'mcp')).code !== 0) await pause(500)
    assert.equal((await script('loop', 'wait', '--healthy', '--timeout', '300')).code, 0)

    useSettings(['MODEL_PATIENCE=none'])
    assert.match((await wait(TODO_ENV_FILE)).message, /MODEL_PATIENCE in \.env\.local/)
    useSettings()

    const log = await script('loop', 'logs', 'backend', '--grep', 'Reloaded', '--json')
    assert.match(log.stdout, /"service":"backend".*Reloaded/)
    const seen = await script('loop', 'see', '/', '--as', 'ada', '--json')
    assert.equal(seen.code, 0, seen.stdout + seen.stderr)
    const sight: { title: string; log: { text: string }[]; screenshot: string } = JSON.parse(seen.stdout)
    assert.equal(sight.title, 'Todo')
    assert.ok(
      sight.log.some(({ text }) => /GET \S+\/tasks 200/.test(text)),
      seen.stdout,
    )
    assert.ok(existsSync(sight.screenshot))
    const nowhere = await script('loop', 'see', '/nowhere')
    assert.equal(nowhere.code, 1)
    assert.match(nowhere.stdout, /failed: GET \S+\/nowhere {2}404 {2}see-/)

    // As on a machine that slept: all of the loop stands still while something is saved.
    const { pid } = JSON.parse((await script('loop', 'status', '--json')).stdout)
    process.kill(-pid, 'SIGSTOP')
    await copy.edit(api, '# edited', '# slept')
    process.kill(-pid, 'SIGCONT')
    assert.equal((await wait(api)).code, 0)

    const paused = await script('loop', 'pause')
    assert.match(paused.stdout, /frontend cannot wait, and follows/)
    await copy.edit(api, '# slept', 'slept =')
    const held = await wait(api)
    assert.equal(held.code, 1)
    assert.match(held.message, /^The loop is paused\./)
    await copy.edit(api, 'slept =', '# awake')
    assert.equal((await script('loop', 'resume')).code, 0)
    assert.equal((await wait(api)).code, 0)
    const broken = await script('loop', 'logs', 'backend', '--since', '10m', '--grep', 'slept =')
    assert.equal(broken.stdout, '')

    assert.equal((await script('loop', 'fault', 'backend', 'away', '1h')).code, 0)
    const { findings }: { findings: { cause: string; where: string }[] } = JSON.parse(
      (await script('doctor', '--json')).stdout,
    )
    assert.deepEqual(
      findings.map(({ cause, where }) => [cause, where]),
      [['crash', 'backend']],
    )
  })
  assert.deepEqual(await answering(), [])
})

const VERSIONS = 'apps/backend/migrations/versions'
const isMigration = (name: string) => name.endsWith('.py')

function migrationAfter(revision: string, column: string): string {
  return `from alembic import op

revision = "9001"
down_revision = "${revision}"


def upgrade() -> None:
    op.execute("ALTER TABLE tasks ADD COLUMN ${column} text")


def downgrade() -> None:
    op.execute("ALTER TABLE tasks DROP COLUMN ${column}")
`
}

/** Edits a file of the copy, and waits until the edit is served. */
async function shows(
  file: string,
  before: string,
  after: string,
  isServed: () => Promise<boolean>,
): Promise<void> {
  assert.equal(await isServed(), false)
  await copy.edit(file, before, after)
  while (!(await isServed())) await pause(50)
}

async function page(url: string, text: string): Promise<boolean> {
  const answer = await fetch(url).catch(() => undefined)
  return answer !== undefined && (await answer.text()).includes(text)
}

test.run()
