import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { CHECKOUT } from '../../../lib/shell/state-folder.ts'
import { eventually } from '../../cluster/deadline.ts'
import { openShell, PROMPT, type Shell } from './shell-in-terminal.ts'

const test = suite('a loop in a terminal that is typed into')
const STAGE = 'node --import tsx tests/lib/loop/typed-stage.ts'
/** As `stty -g` writes them. */
const SETTINGS = /[0-9a-f]+(:[0-9a-f]+){10,}/
const folder = mkdtempSync(join(tmpdir(), 'typed-'))
const opened = join(folder, 'opened')
let shell: Shell

test.before(async () => {
  for (const name of ['xdg-open', 'open']) {
    writeFileSync(join(folder, name), `#!/bin/sh\necho "$1" > '${opened}'\n`)
    chmodSync(join(folder, name), 0o755)
  }
  const { CI: _, NO_COLOR: __, ...env } = process.env
  const PATH = `${folder}${delimiter}${env.PATH}`
  shell = await openShell({ ...env, PATH, TERM: 'xterm', HISTFILE: '' })
  shell.type(`cd '${CHECKOUT}'\r`)
})
test.after(() => {
  shell.end()
  rmSync(folder, { recursive: true })
})

async function settings(): Promise<string> {
  shell.type('stty -g\r')
  await shell.sees(SETTINGS)
  await shell.sees(PROMPT)
  const [last] = shell.written().match(new RegExp(SETTINGS, 'g'))?.slice(-1) ?? []
  return last ?? ''
}

test('shows the lines of one service, restarts one, opens the page, and gives the terminal back', async () => {
  const before = await settings()
  shell.type(`${STAGE} ${folder}\r`)
  await shell.sees('\\? keys')
  shell.type('f')
  await shell.sees('show which service')
  // A key after the other, while lines come.
  for (const key of 'bacx\x7fkend\r') shell.type(key)
  const narrowed = await shell.sees('lines of backend ──')
  const seen = await shell.sees(/(backend .*line \d+[\s\S]*?){5}/)
  const fresh = seen.slice(narrowed.length).filter((line) => /line \d+$/.test(line))
  assert.ok(fresh.length > 0)
  assert.equal(
    fresh.filter((line) => !line.includes(' backend ')),
    [],
  )

  shell.type('r')
  await shell.sees('restart which service')
  shell.type('2\r')
  await shell.sees('asked for frontend')
  await shell.sees('frontend is made anew')
  shell.type('r99\r')
  await shell.sees('No service is called 99')

  shell.type('o')
  await eventually('the page', 60, async () => existsSync(opened) && readFileSync(opened, 'utf8') !== '')
  assert.is(readFileSync(opened, 'utf8'), 'http://localhost:1\n')

  shell.type('\x1a')
  await shell.sees('Stopped')
  shell.type('fg\r')
  await shell.sees('\\? keys')
  shell.type('q')
  await shell.sees(PROMPT)
  assert.is(await settings(), before)
})

test('runs in the background, and gives the terminal back when the loop falls', async () => {
  const before = await settings()
  shell.type(`NO_COLOR=1 ${STAGE} ${folder} &\r`)
  await shell.sees('● starting')
  shell.type('jobs\r')
  await shell.sees('Running')
  await shell.sees(PROMPT)
  shell.type('fg\r')
  await shell.sees(/NO_COLOR=1 node/)
  const [, pid] = shell.written().match(/\[1\] (\d+)/) ?? []
  process.kill(Number(pid), 'SIGSTOP')
  await shell.sees('Stopped')
  shell.type('fg\r')
  await shell.sees('\\? keys')
  shell.type('?')
  await shell.sees("dashboard's link in full")
  shell.type('d')
  await shell.sees(/dashboard http:\/\/\S+#\S+/)
  shell.type('\x1a')
  await shell.sees('Stopped')
  shell.type('kill -USR2 %1; fg\r')
  await shell.sees('this stage fell')
  await shell.sees(PROMPT)
  assert.is(await settings(), before)
})

test.run()
