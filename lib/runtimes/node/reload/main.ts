import { type ChildProcess, spawn } from 'node:child_process'
import { type FSWatcher, readdirSync, watch } from 'node:fs'
import { extname } from 'node:path'

/**
 * The loop's server, `node …/reload/main.ts MODULE` in the folder of a program: runs it, and runs it anew at each save. Not `node --watch`: that watches files rather than
 * folders, and loses each one that an editor, git or tar puts in place by a rename.
 */
const QUIET_MS = 20
const [, , module = ''] = process.argv

let server: ChildProcess | undefined
let wanted = true
let watchers: FSWatcher[] = []
let timer: NodeJS.Timeout | undefined

function run(): void {
  wanted = false
  server = spawn(process.execPath, [...process.execArgv, module], { stdio: 'inherit' })
  server.once('exit', (code) => {
    server = undefined
    if (wanted) run()
    else console.error(`${module} ended with ${code}; the next save starts it again`)
  })
}

/** The new one starts when the old one has given up its port. */
function restart(): void {
  wanted = true
  if (server) server.kill('SIGKILL')
  else run()
}

/** A folder's watch tells of every file in it; folders themselves come and go. */
function watchFolders(): void {
  for (const watcher of watchers) watcher.close()
  const folders = readdirSync('.', { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .filter((folder) => !folder.includes('node_modules'))
  watchers = ['.', ...folders].map((folder) => watch(folder, saved).on('error', () => undefined))
}

function saved(_: string, file: string | null): void {
  if (file && !['', '.ts'].includes(extname(file))) return
  clearTimeout(timer)
  timer = setTimeout(() => {
    watchFolders()
    restart()
  }, QUIET_MS)
}

for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => {
    if (!server) process.exit(0)
    server.removeAllListeners('exit').once('exit', () => process.exit(0))
    server.kill(signal)
  })
watchFolders()
run()
