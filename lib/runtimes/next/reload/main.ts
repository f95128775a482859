import { type ChildProcess, spawn } from 'node:child_process'
import { watch } from 'node:fs'
import { constants, getPriority, setPriority } from 'node:os'
import { basename, dirname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

/**
 * The loop's server, `node …/reload/main.ts MIGRATION WRITTEN WORDS…` in the folder of a program of Next.js: `next WORDS…`,
 * which reloads by itself, and beside it what makes the tables, again when the file WRITTEN is saved. Readiness waits for
 * both.
 */
const QUIET_MS = 20
const BEHIND = constants.priority.PRIORITY_BELOW_NORMAL

const [, , migration = '', written = '', ...words] = process.argv
const run = [...process.execArgv, migration]
let timer: NodeJS.Timeout | undefined
let migrating: ChildProcess | undefined

/** Once everything is up, what an edit breaks is no reason to end. */
function migrate(isStart: boolean): void {
  migrating?.kill('SIGKILL')
  const child = spawn(process.execPath, run, { stdio: ['ignore', 'inherit', 'inherit'] })
  migrating = child
  // Pages are compiled meanwhile, and somebody waits for them.
  if (!isStart && child.pid) setPriority(child.pid, Math.max(getPriority(), BEHIND))
  child.once('exit', (code) => {
    if (isStart && code) process.exit(code)
  })
}

migrate(true)
watch(dirname(written), (_, name) => {
  if (name !== basename(written)) return
  clearTimeout(timer)
  timer = setTimeout(() => migrate(false), QUIET_MS)
})

// What Node is given to run our TypeScript is no concern of Next's own processes.
process.execArgv = []
process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --import=${new URL('./drain.mjs', import.meta.url)}`
// Its server ends as we say there; milliseconds after which it is killed.
process.env.NEXT_MANUAL_SIG_HANDLE = '1'
process.env.NEXT_EXIT_TIMEOUT_MS = '27000'
const next = resolve('node_modules/next/dist/bin/next')
process.argv = [process.execPath, next, ...words]
await import(pathToFileURL(next).href)
