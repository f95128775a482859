import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { CHECKOUT } from '../../../../lib/shell/state-folder.ts'

/** To the server: answer, instead of moving the clock on. */
const ANSWER = 0
/** A server by a clock that the test moves on: begins a stream at /stream, and answers what else it is asked when told to. */
const SERVER = `
  import { createServer } from 'node:http'
  import { mock } from 'node:test'
  mock.timers.enable({ apis: ['Date', 'setInterval'] })
  await import('${pathToFileURL(join(CHECKOUT, 'lib/runtimes/next/reload/drain.mjs'))}')
  let answer
  const server = createServer(({ url }, response) => {
    if (url === '/stream') response.write('begun')
    else answer = () => response.end('late')
    process.send(url)
  })
  process.on('message', (milliseconds) => {
    if (milliseconds === ${ANSWER}) return answer()
    mock.timers.tick(milliseconds)
    process.send('later')
  })
  process.on('SIGTERM', () => process.send('told'))
  server.listen(0, '127.0.0.1', () => process.send(server.address().port))
`
const test = suite('the end of a server of next dev')
let child: ChildProcess
let origin: string

test.before.each(async () => {
  child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '--eval', SERVER], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  origin = `http://127.0.0.1:${(await once(child, 'message'))[0]}`
})
test.after.each(() => {
  child.kill('SIGKILL')
})

/** @returns what will be answered, once the server has the request */
async function ask(path: string): Promise<{ answer: Promise<string> }> {
  const heard = once(child, 'message')
  const answer = fetch(origin + path).then((response) => response.text())
  answer.catch(() => undefined)
  await heard
  return { answer }
}

async function tell(): Promise<void> {
  const heard = once(child, 'message')
  child.kill('SIGTERM')
  await heard
}

/** Moves the server's clock on. @returns what it says then, or the exit code with which it ended */
async function after(milliseconds: number): Promise<unknown> {
  const next = Promise.race([once(child, 'message'), once(child, 'exit')])
  child.send(milliseconds)
  return (await next)[0]
}

test('comes a moment later, where nobody waits', async () => {
  await tell()
  assert.is(await after(200), 'later')
  assert.is(await after(200), 143)
})

test('comes once an answer that was long in coming has been given', async () => {
  const { answer } = await ask('/late')
  await tell()
  assert.is(await after(20_000), 'later')
  child.send(ANSWER)
  assert.is(await answer, 'late')
  assert.is(await after(400), 143)
})

test('does not wait for one that never comes', async () => {
  const { answer } = await ask('/late')
  await tell()
  assert.is(await after(25_000), 143)
  await rejected(answer)
})

test('waits 4 s for an answer that has begun and does not end', async () => {
  const { answer } = await ask('/stream')
  await tell()
  assert.is(await after(3_900), 'later')
  assert.is(await after(200), 143)
  await rejected(answer)
})

async function rejected(answer: Promise<string>): Promise<void> {
  const met = await answer.then(
    () => undefined,
    (error: Error) => error,
  )
  assert.instance(met, Error)
}

test.run()
