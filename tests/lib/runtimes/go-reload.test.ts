import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { which } from 'zx/core'
import { freePort } from '../../../lib/shell/free-port.ts'
import { CHECKOUT } from '../../../lib/shell/state-folder.ts'

const test = suite('the reloader of Go programs')
const RUNTIME = join(CHECKOUT, 'lib/runtimes/go')
const here = mkdtempSync(join(tmpdir(), 'go-reload-'))
const reload = join(here, 'reload')
const folder = join(here, 'program')

const program = (answer: string, first = '') => `package main

import (
	"net"
	"net/http"
	"os"

	"example.com/program/words"
)

func main() {
	${first}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Write([]byte(${answer} + words.End + r.Host)) })
	http.ListenAndServe(net.JoinHostPort(os.Getenv("HOST"), os.Getenv("PORT")), handler)
}
`
const save = (file: string, text: string) => writeFileSync(join(folder, file), text)

interface Line {
  readonly message: string
  readonly service: string
  readonly event?: string
  readonly files?: string[]
  readonly loaded?: Record<string, string>
}

let running: ChildProcess
let port: number
const lines: Line[] = []
let waiting = () => {}

/** The next line that fits, of those that nobody has waited for yet. */
async function line(fits: (line: Line) => boolean): Promise<Line> {
  for (;;) {
    const at = lines.findIndex(fits)
    const [found] = at < 0 ? [] : lines.splice(0, at + 1).slice(-1)
    if (found) return found
    await new Promise<void>((resolve) => {
      waiting = resolve
    })
  }
}

async function ask(): Promise<{ status: number; text: string }> {
  const response = await fetch(`http://127.0.0.1:${port}/`)
  return { status: response.status, text: await response.text() }
}

test.before(async () => {
  execFileSync('go', ['build', '-o', reload, './reload'], { cwd: RUNTIME })
  mkdirSync(join(folder, 'words'), { recursive: true })
  save('go.mod', 'module example.com/program\n\ngo 1.24\n')
  save('words/words.go', 'package words\n\nconst End = "! "\n')
  save('main.go', program('"one"'))
  port = await freePort()
  running = spawn(reload, [], {
    cwd: folder,
    env: { ...process.env, SERVICE: 'tried', HOST: '127.0.0.1', PORT: String(port) },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  if (running.stdout)
    createInterface({ input: running.stdout }).on('line', (text) => {
      lines.push(JSON.parse(text) as Line)
      waiting()
    })
})

test.after(() => {
  running.kill('SIGKILL')
  rmSync(here, { recursive: true, force: true })
})

test('what is on the disk is built and served, at the address that others asked for', async () => {
  assert.is((await line(({ message }) => message === 'Started')).service, 'tried')
  assert.equal(await ask(), { status: 200, text: `one! 127.0.0.1:${port}` })
})

test('a save is served, also one in a folder below, or in a new one', async () => {
  save('main.go', program('"two"'))
  const { files, loaded } = await line(({ message }) => message === 'Reloaded')
  assert.equal(files, ['main.go'])
  assert.equal(loaded, { 'main.go': createHash('sha256').update(program('"two"')).digest('hex') })
  assert.match((await ask()).text, /^two! /)
  save('words/words.go', 'package words\n\nconst End = "? "\n')
  await line(({ message }) => message === 'Reloaded')
  assert.match((await ask()).text, /^two\? /)
  mkdirSync(join(folder, 'more'))
  save('more/more.go', 'package more\n\nconst Word = "three"\n')
  save('main.go', program('more.Word').replace('"net"', '"net"\n\t"example.com/program/more"'))
  await line(({ message }) => message === 'Reloaded')
  while (!/^three/.test((await ask()).text)) await line(({ message }) => message === 'Reloaded')
  save('more/more.go', 'package more\n\nconst Word = "four"\n')
  while (!/^four/.test((await ask()).text)) await line(({ message }) => message === 'Reloaded')
})

test('of one that does not compile, file, line and reason are answered, until a save heals it', async () => {
  save('main.go', program('missing'))
  const { message } = await line(({ event }) => event === 'broken')
  assert.is(message, 'Does not compile: main.go:13:92: undefined: missing')
  const { status, text } = await ask()
  assert.is(status, 503)
  assert.equal(JSON.parse(text), { status: 'not ready', cause: message, detail: message })
  save('main.go', program('"healed"'))
  await line(({ message }) => message === 'Reloaded')
  assert.match((await ask()).text, /^healed/)
})

test('of one that panics, the line of ours is answered', async () => {
  save('main.go', program('"late"', 'panic("no shelf")'))
  const { message } = await line(({ event }) => event === 'broken')
  assert.is(message, 'panic: no shelf (main.go:12)')
  assert.is((await ask()).status, 503)
  save('main.go', program('"back"'))
  await line(({ message }) => message === 'Reloaded')
  assert.match((await ask()).text, /^back/)
})

test('one that ends while it serves is told of, and the next save starts it again', async () => {
  save('main.go', program('func() string { os.Exit(7); return "" }()'))
  await line(({ message }) => message === 'Reloaded')
  assert.is((await ask()).status, 503)
  assert.match((await line(({ event }) => event === 'broken')).message, /^Ended with exit status 7/)
  assert.match((await ask()).text, /exit status 7/)
  save('main.go', program('"again"'))
  await line(({ message }) => message === 'Reloaded')
  assert.match((await ask()).text, /^again/)
})

test('what is saved in a pause waits for its end', async () => {
  lines.length = 0
  running.kill('SIGUSR1')
  // Its runtime passes a signal on when it comes to it.
  await line(({ message }) => message === 'Paused')
  save('main.go', program('missing'))
  assert.match((await ask()).text, /^again/)
  save('main.go', program('"resumed"'))
  running.kill('SIGUSR2')
  assert.is((await line(() => true)).message, 'Reloaded')
  assert.match((await ask()).text, /^resumed/)
})

test('SIGTERM ends it and the program', async () => {
  const ended = new Promise((resolve) => running.once('exit', resolve))
  running.kill('SIGTERM')
  assert.is(await ended, 0)
  assert.is(
    await ask().then(
      () => 'answers',
      () => 'gone',
    ),
    'gone',
  )
})

if (await which('go', { nothrow: true })) test.run()
else console.log('not run: what reloads Go programs, for there is no Go on this PATH')
