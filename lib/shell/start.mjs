// Stands before each of our programs, as `node --import ./lib/shell/start.mjs PROGRAM.ts`, and lets Node run TypeScript.
// Needs no package itself: where they are not those of the lock file, it says so in one sentence.
import { execFileSync } from 'node:child_process'
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { isMainThread } from 'node:worker_threads'
import { askForCommand, askForHook } from './ask-loop.mjs'
import { CHECKOUT as TOP } from './state-place.mjs'
import { ofSystem } from './system.mjs'

// While a loop runs, it answers for the hooks that its Skaffold starts, and for what asks it: neither waits for packages.
if (isMainThread) {
  const code = await answerOfLoop()
  if (code !== undefined) process.exit(code)
}

const problem = ofSystem() ?? ofPackages()
if (problem) end(problem)
// tsx keeps there what it has compiled, and does not run without.
for (const name of ['TMPDIR', 'TMP', 'TEMP']) if (!isFolder(process.env[name])) delete process.env[name]
await import('tsx')

async function answerOfLoop() {
  const [, file] = process.argv
  if (!file || !existsSync(file)) return undefined
  const program = relative(TOP, realpathSync(file))
  if (program === join('scripts', 'loop.ts')) return askForCommand()
  const socket = process.env.LOOP_SOCKET
  return socket && dirname(program) === 'hooks' ? askForHook(socket, program) : undefined
}

function isFolder(path) {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

/** @returns what is wrong with the packages, and its cure */
function ofPackages() {
  const lock = json('package-lock.json')?.packages ?? {}
  const installed = json('node_modules/.package-lock.json')?.packages
  if (!existsSync(join(TOP, 'node_modules', 'tsx')))
    return ['The packages of this checkout are not installed.', 'npm ci']
  // Copied from elsewhere, or by another tool than npm.
  if (!installed) return undefined
  const native = `node_modules/@esbuild/${process.platform}-${process.arch}`
  if (lock[native] && !installed[native])
    return ['The packages of this checkout are those of another system.', 'npm ci']
  // A person may leave out those that only tests and measurements need.
  const forTests =
    ['test.ts', 'bench.ts'].some((name) => isProgram('scripts', name)) ||
    Object.keys(lock).some((path) => lock[path].dev && installed[path])
  const stale = Object.entries(lock).find(([path, { version, dev, optional, devOptional, peer }]) => {
    const mayLack = path === '' || optional || devOptional || peer || (dev && !forTests)
    return installed[path] ? installed[path].version !== version : !mayLack
  })
  if (!stale) return undefined
  const [path, { version, dev }] = stale
  const name = path.split('node_modules/').at(-1)
  return [
    `The packages of this checkout are not those of package-lock.json (${name} ${installed[path]?.version ?? 'is missing'}, not ${version}).`,
    dev ? 'npm ci --include=dev' : 'npm ci',
  ]
}

/** @param file below the checkout */
function json(file) {
  try {
    return JSON.parse(readFileSync(join(TOP, file), 'utf8'))
  } catch {
    return undefined
  }
}

function end([sentence, cure]) {
  const isDeletion =
    process.env.SKAFFOLD_WORK_DIR !== undefined && isProgram('hooks', 'render.ts') && parentDeletes()
  // What was rendered last is what was deployed last.
  if (isDeletion && isRendered()) process.exit(0)
  const refusal = `✗ ${sentence}\n  → ${cure}\n`
  process.stderr.write(refusal)
  if (isDeletion) sayAsParent(refusal)
  process.exit(1)
}

function isProgram(folder, name) {
  return (process.argv[1] ?? '').endsWith(join('/', folder, name))
}

function isRendered() {
  const format = process.argv[process.argv.indexOf('--format') + 1]
  if (format === 'helm') return true
  if (format === 'helm-values') return existsSync(join(TOP, 'dist/helm/values.yaml'))
  return readdirSync(join(TOP, 'k8s/rendered')).some((name) => name.endsWith('.yaml'))
}

/** Skaffold tells its hooks everything but what it was asked to do. */
function parentDeletes() {
  try {
    const words =
      process.platform === 'linux'
        ? readFileSync(`/proc/${process.ppid}/cmdline`, 'utf8').split('\0')
        : execFileSync('ps', ['-o', 'args=', '-p', process.ppid], { encoding: 'utf8' }).split(/\s+/)
    return words.includes('delete')
  } catch {
    return false
  }
}

/** `skaffold delete` throws away what its hooks say. */
function sayAsParent(text) {
  for (const place of [`/proc/${process.ppid}/fd/2`, '/dev/tty'])
    try {
      const stream = openSync(place, 'a')
      writeSync(stream, text)
      closeSync(stream)
      return
    } catch {
      // Not on every system, not in every session.
    }
}
