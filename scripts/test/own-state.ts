import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { environment } from '../../lib/shell/environment.ts'
import { CHECKOUT, checkoutFolder } from '../../lib/shell/state-folder.ts'

/** What was installed once for all, of which every state folder needs the same. */
const INSTALLED = ['venv', 'venv-postgres', 'bin/uv']

/**
 * Gives the action a state folder that nobody used before, for stacks that its tests bring up, so that several can be up
 * at once. Whatever is up in it at the end, on Ctrl-C too, is taken down.
 *
 * @param action is given what goes into XDG_STATE_HOME
 * @param tidy whether the action took everything down itself, as it says by what it gave
 */
export async function inOwnState<Result>(
  action: (state: string) => Promise<Result>,
  tidy: (result: Result) => boolean,
): Promise<Result> {
  const state = mkdtempSync(join(tmpdir(), 'tests-'))
  const folder = join(state, basename(checkoutFolder()))
  mkdirSync(join(folder, 'bin'), { recursive: true })
  for (const name of INSTALLED) {
    const installed = join(checkoutFolder(), name)
    if (existsSync(installed)) symlinkSync(installed, join(folder, name))
  }
  let left = true
  try {
    const result = await action(state)
    left = !tidy(result)
    return result
  } finally {
    if (left) await takeDown(state)
    rmSync(state, { recursive: true, force: true })
  }
}

async function takeDown(state: string): Promise<void> {
  const words = ['--import', 'tsx', 'scripts/down.ts', '--target', 'host', '--data']
  const settings = { XDG_STATE_HOME: state, TODO_ENV_FILE: join(state, 'no-settings') }
  // Not in our group: a second Ctrl-C must not reach it.
  const down = spawn(process.execPath, words, {
    cwd: CHECKOUT,
    env: { ...environment('test'), ...settings },
    stdio: 'ignore',
    detached: true,
  })
  await once(down, 'close')
}
