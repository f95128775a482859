import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { $ } from 'zx/core'
import { CHECKOUT, checkoutFolder } from '../../../lib/shell/state-folder.ts'

/** Gives a copy of this checkout what is installed for this one: the frontend's packages, and Python's. */
export async function shareInstalled(copy: string): Promise<void> {
  const packages = join(CHECKOUT, 'apps', 'frontend', 'node_modules')
  // Links to the same files, where one file system has both: there are forty thousand. Next lets no folder be a link.
  const link = $({ quiet: true, nothrow: true })`cp -al ${packages} ${join(copy, 'apps', 'frontend')}`
  if (!(await link).ok) await $({ quiet: true })`cp -a ${packages} ${join(copy, 'apps', 'frontend')}`

  const hash = createHash('sha256').update(copy).digest('hex').slice(0, 8)
  const state = join(process.env.XDG_STATE_HOME ?? '', `todo-loop-${hash}`)
  mkdirSync(state)
  const python = join(checkoutFolder(), 'venv')
  if (existsSync(python)) symlinkSync(python, join(state, 'venv'))
}
