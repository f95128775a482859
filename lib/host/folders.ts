import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { NamedProgram } from '../../k8s/services.ts'
import { Refusal } from '../shell/refusal.ts'
import { CHECKOUT } from '../shell/state-folder.ts'

/** @throws Refusal where the folder of a program is not in the checkout: whatever runs there would say less */
export function requireFolders(programs: readonly Pick<NamedProgram, 'name' | 'directory'>[]): void {
  const lost = programs.find(({ directory }) => !existsSync(join(CHECKOUT, directory)))
  if (lost)
    throw new Refusal(
      `The folder of ${lost.name} is not there: ${lost.directory}.`,
      'correct its directory in stack.ts, or bring the folder back',
    )
}
