import { createHash } from 'node:crypto'
import { cpSync, existsSync, readFileSync } from 'node:fs'
import { mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { $ } from 'zx/core'
import { CHECKOUT } from '../../lib/shell/state-folder.ts'
import { type Ended, type Program, start } from './program.ts'

/** A copy of this checkout that a test may edit, with a state folder of its own. */
export interface Copy {
  readonly folder: string
  /** Where hooks and scripts that run in the copy keep their logs. */
  readonly state: string
  /** The same files have the same content hash. */
  readonly content: string
  /** Starts a command in the copy. */
  readonly start: (words: readonly [string, ...string[]], env?: NodeJS.ProcessEnv) => Program
  /** Runs a command in the copy to its end; after `seconds` it is killed. @throws Error then */
  readonly run: (words: readonly [string, ...string[]], options?: RunOptions) => Promise<Ended>
  /** Runs `npm run <name> -- <words>` without npm. */
  readonly hook: (name: string, words?: readonly string[], options?: RunOptions) => Promise<Ended>
  /** Replaces `before`, which has to be there, with `after` in one file. */
  readonly edit: (file: string, before: string, after: string) => Promise<void>
  /** Writes `.env.local`; without lines, removes it. */
  readonly settings: (...lines: string[]) => Promise<void>
  /** Ends what still runs in the copy, and removes it. */
  readonly remove: () => Promise<void>
}

export interface RunOptions {
  readonly seconds?: number
  readonly env?: NodeJS.ProcessEnv
}

/**
 * Copies what git would: neither the developer's `.env.local` nor build output comes along.
 *
 * @param parent the folder that the copy goes into
 */
export async function copyCheckout(parent = tmpdir()): Promise<Copy> {
  const folder = await realpath(await mkdtemp(join(parent, 'todo-copy-')))
  const state = await mkdtemp(join(tmpdir(), 'todo-state-'))
  const listing = $({ quiet: true, cwd: CHECKOUT })`git ls-files -z --cached --others --exclude-standard`
  const files = (await listing).stdout.split('\0').filter((file) => file && existsSync(join(CHECKOUT, file)))
  const hash = createHash('sha256')
  for (const file of files.sort()) {
    hash.update(`${file}\0`).update(readFileSync(join(CHECKOUT, file)))
    cpSync(join(CHECKOUT, file), join(folder, file), { preserveTimestamps: true })
  }
  await symlink(join(CHECKOUT, 'node_modules'), join(folder, 'node_modules'))

  const running: Program[] = []
  const copy: Copy = {
    folder,
    state,
    content: hash.digest('hex').slice(0, 16),
    start: (words, env = {}) => {
      const program = start(words, folder, {
        ...process.env,
        XDG_STATE_HOME: state,
        // Where npm was called, it counts as where the person is, and a typed path is relative to that.
        INIT_CWD: folder,
        SKAFFOLD_UPDATE_CHECK: 'false',
        ...env,
      })
      running.push(program)
      return program
    },
    run: async (words, { seconds = 600, env } = {}) => {
      const program = copy.start(words, env)
      const alarm = setTimeout(() => program.end(), seconds * 1000)
      const ended = await program.ended
      clearTimeout(alarm)
      if (ended.code === null)
        throw new Error(`${words.join(' ')} took more than ${seconds} s:\n${ended.said}`)
      return ended
    },
    hook: (name, words = [], options) =>
      copy.run([process.execPath, '--import', 'tsx', `hooks/${name}.ts`, ...words], options),
    edit: async (file, before, after) => {
      const path = join(folder, file)
      const text = await readFile(path, 'utf8')
      if (!text.includes(before)) throw new Error(`${file} has no ${before}`)
      await writeFile(path, text.replaceAll(before, after))
    },
    settings: (...lines) =>
      lines.length > 0
        ? writeFile(join(folder, '.env.local'), lines.join('\n'), { mode: 0o600 })
        : rm(join(folder, '.env.local'), { force: true }),
    remove: async () => {
      for (const program of running) await program.end()
      await rm(folder, { recursive: true, force: true })
      await rm(state, { recursive: true, force: true })
    },
  }
  return copy
}
