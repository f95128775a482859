import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { type Answers, recordingKubectl } from './recording-kubectl.ts'

const TOP = fileURLToPath(new URL('../../', import.meta.url))

export interface Ended {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/**
 * A copy of the hooks with what they need, a kubectl that records, and a state folder of its own: whatever a hook run
 * in it reads or writes, this checkout's `.env.local` and this machine's clusters are not it.
 */
export async function checkout(answers: Answers = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'checkout-'))
  const state = join(folder, 'state')
  for (const name of ['k8s', 'hooks', 'shell', 'package.json'])
    await cp(join(TOP, name), join(folder, name), {
      recursive: true,
      filter: (source) => !source.includes('/rendered/') || source.endsWith('README.md'),
    })
  await symlink(join(TOP, 'node_modules'), join(folder, 'node_modules'))
  const kubectl = await recordingKubectl(answers)
  const start = (hook: string, args: string[] = [], env: Readonly<Record<string, string>> = {}) =>
    spawn(process.execPath, ['--import', 'tsx', `hooks/${hook}.ts`, ...args], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: kubectl.path, HOME: state, TMPDIR: tmpdir(), XDG_STATE_HOME: state, ...env },
    })

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
      await writeFile(join(folder, file), before.replace(from, to))
    },
    /** Starts a hook the way skaffold.yaml does, with the recording kubectl on PATH and nothing else. */
    start,
    /** Runs it to its end. */
    run: async (...how: Parameters<typeof start>): Promise<Ended> => {
      const child = start(...how)
      const [stdout, stderr, [exitCode]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, 'close'),
      ])
      return { exitCode, stdout, stderr }
    },
    /** Every JSON-lines log that the hooks wrote, as text. */
    logs: async (): Promise<string> => {
      if (!existsSync(state)) return ''
      const names = (await readdir(state, { recursive: true })).filter((name) => name.endsWith('.jsonl'))
      return (await Promise.all(names.map((name) => readFile(join(state, name), 'utf8')))).join('')
    },
    remove: async () => {
      await kubectl.remove()
      await rm(folder, { recursive: true })
    },
  }
}

export type Checkout = Awaited<ReturnType<typeof checkout>>
