import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { type FSWatcher, readdirSync, readFileSync, watch } from 'node:fs'
import { connect } from 'node:net'
import { extname, relative } from 'node:path'
import { reasonIn } from './error.ts'

/**
 * The loop's server, `node …/reload/main.ts SERVICE MODULE [OPTION …]` in the folder of a program that listens where HOSTNAME and
 * PORT say: runs it, and runs it anew at each save; what is saved from SIGUSR1 to SIGUSR2 waits. Not `node --watch`: that watches files rather than folders, and loses
 * each one that an editor, git or tar puts in place by a rename.
 */
const QUIET_MS = 20
/** Milliseconds between two looks whether the new one listens. */
const LOOK_MS = 5
/** Characters of what a program writes last to its standard error, in which its end is explained. */
const LAST_WORDS = 8_000

const [, , service = '', module = '', ...options] = process.argv
const { HOSTNAME: host = '', PORT: port = '' } = process.env

/** The one that runs, and the last that was started. */
let server: ChildProcess | undefined
let newest: ChildProcess | undefined
let wanted = true
let watchers: FSWatcher[] = []
let timer: NodeJS.Timeout | undefined
/** Whether what is saved waits, and whether anything does. */
let [paused, held] = [false, false]
/** What was saved since the newest server was started, and all that was saved of which none has told yet. */
let files = new Set<string>()
const unsettled = new Set<string>()
let began = performance.now()

/** Writes a log line in the form of the programs'. */
function say(level: 'info' | 'error', message: string, fields: Readonly<Record<string, unknown>>): void {
  console.log(JSON.stringify({ time: new Date().toISOString(), level, service, message, ...fields }))
}

function run(): void {
  wanted = false
  // Before it reads them: what changes in between starts the next one.
  const loaded = Object.fromEntries([...unsettled].map((path) => [path, hashOf(path)]))
  files = new Set()
  const since = began
  const child = spawn(process.execPath, [...process.execArgv, ...options, module], {
    stdio: ['inherit', 'inherit', 'pipe'],
  })
  const took = () => Math.round(performance.now() - since)
  let [answered, printed] = [false, '']
  child.stderr.setEncoding('utf8').on('data', (words: string) => {
    process.stderr.write(words)
    printed = `${printed}${words}`.slice(-LAST_WORDS)
  })
  server = child
  newest = child
  child.once('exit', () => {
    server = undefined
    if (wanted) run()
  })
  // Once all is read that it has printed.
  child.once('close', (code, signal) => {
    if (newest !== child || wanted) return
    const reason = reasonIn(printed, process.cwd())
    const message = reason
      ? `${answered ? 'Ended' : 'Does not start'}: ${reason}`
      : `${module} ended with ${signal ?? code}; the next save starts it again`
    say('error', message, { event: 'broken', ms: took(), ...(printed && { exception: printed }) })
  })
  const look = () => {
    if (server !== child || wanted) return
    const socket = connect(Number(port), host === '0.0.0.0' ? '127.0.0.1' : host)
    socket.once('error', () => setTimeout(look, LOOK_MS))
    socket.once('connect', () => {
      socket.destroy()
      if (server !== child || wanted) return
      answered = true
      const saved = Object.keys(loaded)
      if (saved.length === 0) say('info', 'Started', { ms: took() })
      else say('info', 'Reloaded', { files: saved, ms: took(), loaded })
      for (const path of saved) if (!files.has(path)) unsettled.delete(path)
    })
  }
  look()
}

/** The new one starts when the old one has given up its port. */
function restart(): void {
  wanted = true
  began = performance.now()
  if (server) server.kill('SIGKILL')
  else run()
}

/** SHA-256 of a file; nothing where there is none. */
function hashOf(path: string): string {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex')
  } catch {
    return ''
  }
}

/** A folder's watch tells of every file in it; folders themselves come and go. */
function watchFolders(): void {
  for (const watcher of watchers) watcher.close()
  const folders = readdirSync('.', { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .filter((folder) => !folder.includes('node_modules'))
  watchers = ['.', ...folders].map((folder) =>
    watch(folder, (_, file) => saved(file === null ? '' : relative('.', `${folder}/${file}`))).on(
      'error',
      () => undefined,
    ),
  )
}

function saved(path: string): void {
  if (!['', '.ts'].includes(extname(path))) return
  if (extname(path)) {
    files.add(path)
    unsettled.add(path)
  }
  clearTimeout(timer)
  timer = setTimeout(reload, QUIET_MS)
}

function reload(): void {
  held = paused
  if (paused) return
  watchFolders()
  restart()
}

process.on('SIGUSR1', () => {
  paused = true
})
process.on('SIGUSR2', () => {
  paused = false
  if (held) reload()
})

for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => {
    if (!server) process.exit(0)
    server.removeAllListeners('exit').once('exit', () => process.exit(0))
    server.kill(signal)
  })
watchFolders()
run()
