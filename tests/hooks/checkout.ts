import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, rmSync } from 'node:fs'
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type Command, type Ended, inProcess } from './in-process.ts'
import { type Answers, recordingKubectl } from './recording-kubectl.ts'

const TOP = fileURLToPath(new URL('../../', import.meta.url))

export type { Ended }

/** What a hook is made of. */
const PARTS = ['stack', 'k8s', 'hooks', 'lib', 'package.json', 'skaffold.yaml', 'node_modules']

/** Copies that nobody uses any more, as they were made: a hook is read once from each. */
const unused: string[] = []

async function copyOfHooks(): Promise<string> {
  const ready = unused.pop()
  if (ready) return ready
  const folder = await mkdtemp(join(tmpdir(), 'checkout-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  for (const name of PARTS.slice(0, -1))
    await cp(join(TOP, name), join(folder, name), {
      recursive: true,
      filter: (source) => !source.includes('/rendered/') || source.endsWith('README.md'),
    })
  await symlink(join(TOP, 'node_modules'), join(folder, 'node_modules'))
  return folder
}

/** Brings a copy to what it was when it was made. */
async function putAway(folder: string, edited: ReadonlyMap<string, string>): Promise<void> {
  for (const [file, text] of edited) await writeFile(join(folder, file), text)
  const rendered = join(folder, 'k8s', 'rendered')
  const added = [
    ...(await readdir(folder)).filter((name) => !PARTS.includes(name)).map((name) => join(folder, name)),
    ...(await readdir(rendered)).filter((name) => name !== 'README.md').map((name) => join(rendered, name)),
  ]
  for (const path of added) await rm(path, { recursive: true, force: true })
  unused.push(folder)
}

async function commandOf(folder: string, hook: string): Promise<Command> {
  const { href } = pathToFileURL(join(folder, 'hooks', `${hook}.ts`))
  return ((await import(href)) as { command: Command }).command
}

/**
 * A copy of the hooks with what they need, a kubectl that records, and a state folder of its own: whatever a hook run
 * in it reads or writes, this checkout's `.env.local` and this machine's clusters are not it.
 */
export async function checkout(answers: Answers = {}) {
  const folder = await copyOfHooks()
  const edited = new Map<string, string>()
  const state = join(folder, 'state')
  const kubectl = await recordingKubectl(answers)
  const environment = { PATH: kubectl.path, HOME: state, TMPDIR: tmpdir(), XDG_STATE_HOME: state }
  const start = (hook: string, args: string[] = [], env: Readonly<Record<string, string>> = {}) =>
    spawn(process.execPath, ['--import', 'tsx', `hooks/${hook}.ts`, ...args], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...environment, ...env },
    })
  const runAlone = async (...how: Parameters<typeof start>): Promise<Ended> => {
    const child = start(...how)
    const [stdout, stderr, [exitCode]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ])
    return { exitCode, stdout, stderr }
  }

  return {
    folder,
    kubectl,
    rendered: join(folder, 'k8s', 'rendered'),
    /** Writes `.env.local`. */
    settings: (lines: Readonly<Record<string, string>>) =>
      writeFile(
        join(folder, '.env.local'),
        Object.entries(lines).map(([key, value]) => `${key}=${value}\n`),
      ),
    /** Changes one place of a copied file, which has to be there. */
    edit: async (file: string, from: string, to: string) => {
      const before = await readFile(join(folder, file), 'utf8')
      if (!before.includes(from)) throw new Error(`${file} has no ${from}`)
      if (!edited.has(file)) edited.set(file, before)
      await writeFile(join(folder, file), before.replace(from, to))
    },
    /** Starts a hook the way skaffold.yaml does, with the recording kubectl on PATH and nothing else. */
    start,
    /** Runs it so to its end. */
    runAlone,
    /** What it comes to when it is run so, found out in this process, unless sources of it were edited. */
    run: async (
      hook: string,
      args: string[] = [],
      env: Readonly<Record<string, string>> = {},
    ): Promise<Ended> =>
      [...edited.keys()].some((file) => file.endsWith('.ts'))
        ? runAlone(hook, args, env)
        : inProcess(await commandOf(folder, hook), args, { ...environment, ...env }, folder),
    /** Every JSON-lines log that the hooks wrote, as text. */
    logs: async (): Promise<string> => {
      if (!existsSync(state)) return ''
      const names = (await readdir(state, { recursive: true })).filter((name) => name.endsWith('.jsonl'))
      return (await Promise.all(names.map((name) => readFile(join(state, name), 'utf8')))).join('')
    },
    remove: async () => {
      await kubectl.remove()
      await putAway(folder, edited)
    },
  }
}

export type Checkout = Awaited<ReturnType<typeof checkout>>
