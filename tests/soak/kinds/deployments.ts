import { isHealthy, withBroken, withText } from '../changes.ts'
import { type Edit, type Kind, replacing, saved, savedBy, shown } from '../edit.ts'
import { PLACES } from '../places.ts'
import type { World } from '../world.ts'

export const ALL: readonly string[] = ['assistant-stub', 'backend', 'frontend', 'mcp']

/** Edits after which pods are new. Where a file is broken none of them is made: a new pod of it would not become Ready. */
export const DEPLOYMENTS: Readonly<Record<string, Kind>> = {
  'pod deleted after an edit': {
    weight: 8,
    make: (world, random, n) => {
      if (!isHealthy(world)) return
      const place = random.pick(PLACES)
      const service = random.pick(place.services)
      const next = withText(world, place, `Edit ${n}`)
      const steps = [{ save: next, how: savedBy(random) }, { deletePodOf: service }] as const
      return replacing([service], 0, shown(next, ...steps))
    },
  },
  'manifest changed': {
    weight: 7,
    make: (world) => deployed(world, withMoreMemory(world), ['assistant-stub']),
  },
  'setting changed': {
    weight: 4,
    make: (world, random) => {
      const levels = (['info', 'debug', 'warning'] as const).filter((level) => level !== world.logLevel)
      return deployed(world, { ...world, logLevel: random.pick(levels) }, ALL)
    },
  },
  'lock file of the backend': {
    weight: 3,
    make: (world, _, n) =>
      deployed(world, { ...world, locks: { ...world.locks, backend: n } }, ['backend', 'mcp']),
  },
  'lock file of the frontend': {
    weight: 2,
    make: (world, _, n) =>
      deployed(world, { ...world, locks: { ...world.locks, frontend: n } }, ['frontend']),
  },
  'edit during a deployment': {
    weight: 7,
    make: (world, random, n) => {
      if (!isHealthy(world)) return
      const place = random.pick(PLACES)
      const deploying = withMoreMemory(world)
      // The pod that is being made could not become Ready from a broken file.
      const breaks = random.below(3) === 0 && !place.services.includes('assistant-stub')
      const next = breaks ? withBroken(deploying, place) : withText(deploying, place, `Edit ${n}`)
      const steps = [{ save: deploying, how: 'in place' }, 'deploying', ...saved(next, random).steps] as const
      return replacing(['assistant-stub'], 1, shown(next, ...steps))
    },
  },
}

function withMoreMemory(world: World): World {
  return { ...world, stubMemory: world.stubMemory + 1 }
}

function deployed(world: World, next: World, services: readonly string[]): Omit<Edit, 'kind'> | undefined {
  return isHealthy(world) ? replacing(services, 1, shown(next, { save: next, how: 'in place' })) : undefined
}
