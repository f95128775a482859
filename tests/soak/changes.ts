import { PLACES, type Place } from './places.ts'
import type { World } from './world.ts'

export function withText(world: World, { id }: Place, text: string): World {
  return { ...world, texts: { ...world.texts, [id]: text } }
}

/** @param module what the place takes its text from; without one, it has its text itself */
export function withModule(world: World, { id }: Place, module?: World['modules'][string]): World {
  const { [id]: _, ...others } = world.modules
  return { ...world, modules: module ? { ...others, [id]: module } : others }
}

export function withBroken(world: World, { file }: Place): World {
  return { ...world, broken: [...new Set([...world.broken, file])] }
}

/** Every file parses and every module is there. */
export function healed(world: World): World {
  const modules = Object.entries(world.modules).map(([id, module]) => [id, { ...module, missing: false }])
  return { ...world, broken: [], modules: Object.fromEntries(modules) }
}

export function isHealthy({ broken, modules }: World): boolean {
  return broken.length === 0 && Object.values(modules).every(({ missing }) => !missing)
}

/** Where a new text comes to the disk: that of a module that is gone has nowhere to go. */
export function editable({ modules }: World): Place[] {
  return PLACES.filter(({ id }) => !modules[id]?.missing)
}
