import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, uptime } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import * as here from '../../../lib/shell/processes.ts'
import * as byPs from '../../../lib/shell/processes-by-ps.ts'

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'processes-')))
const path = process.env.PATH
const began = 'Sun Nov 29 20:21:52 2026'

/** The ps of macOS, with the answers that it gives to exactly these words. */
function standIn(state: string): void {
  const ps = `#!/bin/sh
[ "$LC_ALL $TZ" = 'C UTC' ] || exit 2
case "$*" in
'-o stat= -o lstart= -p 4711') echo '${state} ${began}    ' ;;
'-ww -o command= -p 4711') echo '/opt/postgres -D /Users/Ada Lovelace/data -p 5432' ;;
*) exit 1 ;;
esac
`
  writeFileSync(join(folder, 'ps'), ps, { mode: 0o755 })
  process.env.PATH = `${folder}:${path}`
}

const test = suite('the identity of processes')
test.after.each(() => {
  process.env.PATH = path
})
test.after(() => rmSync(folder, { recursive: true }))

async function sleeper(): Promise<ChildProcess> {
  const child = spawn('sleep', ['60'])
  await once(child, 'spawn')
  return child
}

test('a process is known by its number and when it began, until it ends', async () => {
  const child = await sleeper()
  const pid = child.pid ?? 0
  const began = here.beginning(pid) ?? ''
  assert.ok(here.isAlive({ pid, began }))
  assert.is(here.commandLine(pid), 'sleep 60 ')
  assert.not.ok(here.isAlive({ pid, began: 'before' }))
  assert.is.not(here.beginning(process.pid), began)
  child.kill()
  await once(child, 'close')
  assert.not.ok(here.isAlive({ pid, began }))
  assert.is(here.commandLine(pid), undefined)
})

test('on Linux, it began after the system did, and not before the one that started it', async () => {
  if (process.platform !== 'linux') return
  const child = await sleeper()
  const began = (pid = 0) => Number(here.beginning(pid))
  const [mine, its] = [began(process.pid), began(child.pid)]
  child.kill()
  // proc(5) tells it in hundredths of a second since then.
  assert.ok(0 < mine && mine <= its && its <= uptime() * 100 + 100, `${mine}, ${its}`)
})

test('on macOS, ps tells it', () => {
  standIn('Ss  ')
  assert.is(byPs.beginning(4711), began)
  assert.match(byPs.commandLine(4711) ?? '', ' -D /Users/Ada Lovelace/data -p')
  assert.equal([byPs.beginning(4712), byPs.commandLine(4712)], [undefined, undefined])
})

test('on macOS, what is left of an ended process is none', () => {
  standIn('Z+  ')
  assert.is(byPs.beginning(4711), undefined)
})

test.run()
