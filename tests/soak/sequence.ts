import { type Edit, type Kind, replacing, shown } from './edit.ts'
import { ALL, DEPLOYMENTS } from './kinds/deployments.ts'
import { FILES } from './kinds/files.ts'
import { MODULES } from './kinds/modules.ts'
import type { Random } from './random.ts'
import { UNTOUCHED, type World } from './world.ts'

const KINDS: Readonly<Record<string, Kind>> = { ...FILES, ...MODULES, ...DEPLOYMENTS }
const RESTORE = 'restore'

/** What an edit can be called. */
export const KIND_NAMES = [...Object.keys(KINDS), RESTORE]

/** The next edit of a sequence: what it may be depends on the world that those before it have left. */
export function nextEdit(world: World, random: Random, number: number): Edit {
  const tickets = Object.entries(KINDS).flatMap((entry) => Array<typeof entry>(entry[1].weight).fill(entry))
  for (;;) {
    const [kind, { make }] = random.pick(tickets)
    const edit = make(world, random, number)
    if (edit) return { kind, ...edit }
  }
}

/** The last edit: everything as the repository has it. */
export function restoring({ page, goneFolders, stubMemory, logLevel, locks }: World): Edit {
  const next = { ...UNTOUCHED, goneFolders: page ? [...goneFolders, page.folder] : goneFolders }
  const changed: Readonly<Record<string, boolean>> = {
    'assistant-stub': stubMemory !== UNTOUCHED.stubMemory,
    frontend: locks.frontend > 0,
    backend: locks.backend > 0,
    mcp: locks.backend > 0,
  }
  const replaced = ALL.filter((name) => logLevel !== UNTOUCHED.logLevel || changed[name])
  // What is saved at once is rendered and built at different speeds.
  const edit = shown(next, { save: next, how: 'checked out' })
  return { kind: RESTORE, ...replacing(replaced, replaced.length > 0 ? 2 : 0, edit) }
}
