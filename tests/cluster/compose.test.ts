import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { suite } from 'uvu'
import { $ } from 'zx/core'
import { programs } from '../../k8s/services.ts'
import { freePort } from '../../lib/shell/free-port.ts'
import { as, signUp, type User } from '../../stack/tests/user.ts'
import { DEFAULTS } from '../k8s/settings-of-every-kind.ts'
import { type Copy, copyCheckout } from './copy.ts'

const test = suite('the Compose project')
/** Neither containers nor data of a developer's own project are touched. */
const project = `todo-test-${randomUUID().slice(0, 8)}`
const env = { COMPOSE_PROJECT_NAME: project }
let copy: Copy
let origin: string
let user: User
let task: { id: number }

test.before(async () => {
  copy = await copyCheckout()
  const usual = programs(DEFAULTS).find(({ nodePort }) => nodePort)?.nodePort ?? 0
  // An offset is not below 0.
  const port = await freePort(usual)
  origin = `http://localhost:${port}`
  await copy.settings(`PORT_OFFSET=${port - usual}`)
  for (const [hook, words] of [
    ['render', ['--format', 'compose', '--tag', project]],
    ['secrets', ['--target', 'compose']],
  ] as const) {
    const { code, said } = await copy.hook(hook, words, { env })
    assert.equal(code, 0, said)
  }
})

test.after(async () => {
  await compose('down', '--volumes', '--remove-orphans')
  await copy.remove()
  const images = programs(DEFAULTS).map(({ image }) => `${image}:${project}`)
  await $({ quiet: true, nothrow: true })`docker image rm ${images}`
})

/** @returns what it said. @throws Error with that where it ended badly */
async function compose(...words: string[]): Promise<string> {
  const command = ['docker', 'compose', '--progress', 'plain', '--file', 'dist/compose/compose.yaml'] as const
  const { code, said } = await copy.run([...command, ...words], { seconds: 900, env })
  assert.equal(code, 0, said)
  return said
}

/** What an engine has of this project. */
async function left(kind: 'container' | 'volume' | 'network', ...flags: string[]): Promise<string[]> {
  const mine = ['--quiet', '--filter', `label=com.docker.compose.project=${project}`]
  const { stdout } = await $({ quiet: true })`docker ${kind} ls ${flags} ${mine}`
  return stdout.split('\n').filter(Boolean)
}

test('one command builds it and brings it up; the smoke test passes', async () => {
  await compose('up', '--build', '--detach', '--wait')
  const said = await compose('run', '--rm', 'smoke')
  assert.match(said, /"step":"find the row in PostgreSQL"/)
  assert.match(said, /\{"arrived":true\}/)
})

test('a browser comes to the page, and finds its tasks', async () => {
  user = await signUp(origin)
  task = (await as<{ id: number }>(user, origin, 'POST', 'tasks', { title: 'Survive' })).body
  assert.equal((await as(user, origin, 'GET', `tasks/${task.id}`)).status, 200)
})

test('programs that do not call one another do not meet, not even by address', async () => {
  const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}'
  const id = (await compose('ps', '--quiet', 'assistant-stub')).trim()
  const { stdout } = await $({ quiet: true })`docker container inspect --format ${format} ${id}`
  const dial = `import socket; socket.create_connection(('${stdout.trim()}', 8002), 3)`
  await compose('exec', '-T', 'backend', 'python', '-c', dial)
  await assert.rejects(compose('exec', '-T', 'mcp', 'python', '-c', dial), /timed out|unreachable/)
})

test('no program can write to its image, is root, or has a secret in its environment', async () => {
  for (const service of ['frontend', 'backend', 'mcp', 'assistant-stub', 'postgres']) {
    const look =
      'id -u; touch /bin/here 2>&1 || true; grep CapEff /proc/self/status; tr "\\0" "\\n" </proc/1/environ'
    const said = await compose('exec', '-T', service, 'sh', '-c', look)
    assert.match(said, /^(10001|999)\n/, service)
    assert.match(said, /Read-only file system/, service)
    assert.match(said, /CapEff:\t0+\n/, service)
    assert.doesNotMatch(said, /^(DATABASE_URL|POSTGRES_PASSWORD|BETTER_AUTH_SECRET)=/m, service)
  }
})

test('taken down and brought up, it has its data', async () => {
  await compose('down')
  assert.deepEqual(await left('container', '--all'), [])
  await compose('up', '--detach', '--wait')
  assert.equal((await as(user, origin, 'GET', `tasks/${task.id}`)).status, 200)
})

test('taken down with its volumes, it leaves nothing', async () => {
  await compose('down', '--volumes')
  const all = [await left('container', '--all'), await left('volume'), await left('network')]
  assert.deepEqual(all, [[], [], []])
})

test.run()
