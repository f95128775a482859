import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import { openBrowser } from '../../../lib/browser/browser.ts'
import { stateFolder } from '../../../lib/shell/state-folder.ts'
import { firstMinute } from '../../../stack/tests/browser-journey.ts'
import { eightSentences } from '../../../stack/tests/natural-language.ts'
import { planningSentences } from '../../../stack/tests/planning-sentences.ts'
import { testStories } from '../../../stack/tests/stories.ts'
import { as, signUp } from '../../../stack/tests/user.ts'
import { commandLines } from '../../command-lines.ts'
import { answering, command, forgetSettings, ORIGIN, rows, secretValues } from './host-target.ts'

const test = suite('the host target')

test.before(async () => {
  await command('down', ['--target', 'host', '--data'])
  const { code, stdout, stderr } = await command('up')
  assert.equal(code, 0, stdout + stderr)
  assert.match(stdout, /target: host \(.*docker/i)
  assert.match(stdout, /✓ find the row in PostgreSQL/)
  assert.ok(stdout.includes(ORIGIN))
})

test.after(async () => {
  await command('down', ['--target', 'host', '--data'])
  forgetSettings()
})

test('shows a newcomer a page that works, in a real browser', async () => {
  const browser = await openBrowser()
  await firstMinute(browser, ORIGIN, process.env.SCREENSHOT).finally(() => browser.close())
})

test('understands the eight sentences, and PostgreSQL has the rows', async () => {
  await eightSentences(await signUp(ORIGIN), ORIGIN, rows)
})

test('understands sentences about plans, searches and undoing, over the streamed chat', async () => {
  await planningSentences(await signUp(ORIGIN), ORIGIN)
})

test("refuses another user's path with 403 and a missing or made-up token with 401", async () => {
  const [ada, bob] = [await signUp(ORIGIN), await signUp(ORIGIN)]
  assert.equal((await as({ ...ada, id: bob.id }, ORIGIN, 'GET', 'tasks')).status, 403)
  assert.equal((await as({ ...ada, token: 'made-up' }, ORIGIN, 'GET', 'tasks')).status, 401)
  assert.equal((await fetch(`${ORIGIN}/api/${ada.id}/tasks`)).status, 401)
})

test('traces nothing, and takes no traces, where nobody gathers them', async () => {
  const headers = { origin: ORIGIN, 'content-type': 'application/json' }
  const answer = await fetch(`${ORIGIN}/api/telemetry`, { method: 'POST', headers, body: '{}' })
  assert.equal(answer.status, 404)
  assert.doesNotMatch(await (await fetch(`${ORIGIN}/sign-in`)).text(), /traceparent/)
})

testStories(test, ORIGIN, 'one a feature')

test('shows no secret in process lists, logs or group-readable files', () => {
  const processes = commandLines()
  const folder = join(stateFolder('todo'), 'logs')
  const logs = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))
  const values = secretValues()
  assert.ok(values.length >= 4)
  for (const value of values) {
    assert.ok(!processes.includes(value), 'a secret stands in the process list')
    assert.ok(!logs.some((log) => log.includes(value)), 'a secret stands in a log')
  }
})

test('leaves no process behind', async () => {
  const down = await command('down')
  assert.equal(down.code, 0, down.stderr)
  assert.match(down.stdout, /ended: .*postgres/)
  assert.deepEqual(await answering(), [])
})

test.run()
