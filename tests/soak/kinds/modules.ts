import { withModule, withText } from '../changes.ts'
import { type Edit, type Kind, saved } from '../edit.ts'
import { PLACES, type Place } from '../places.ts'
import type { Random } from '../random.ts'
import type { World } from '../world.ts'

/** Edits that make modules, and rename or delete those. */
export const MODULES: Readonly<Record<string, Kind>> = {
  'new module': {
    weight: 8,
    make: (world, random, n) => {
      const place = random.pick(PLACES.filter(({ module }) => module))
      return world.modules[place.id] ? undefined : saved(fromModule(world, place, n), random)
    },
  },
  'renamed module': {
    weight: 8,
    make: (world, random, n) => ofUsed(world, random, (place) => fromModule(world, place, n)),
  },
  'deleted module': {
    weight: 6,
    make: (world, random, n) =>
      ofUsed(world, random, (place) => withModule(withText(world, place, `Edit ${n}`), place)),
  },
  'deleted module, still imported': {
    weight: 6,
    make: (world, random) =>
      ofUsed(world, random, (place, { name }) => withModule(world, place, { name, missing: true })),
  },
}

function fromModule(world: World, place: Place, number: number): World {
  return withModule(withText(world, place, `Edit ${number}`), place, {
    name: `edit_${number}`,
    missing: false,
  })
}

function ofUsed(
  world: World,
  random: Random,
  change: (place: Place, module: World['modules'][string]) => World,
): Omit<Edit, 'kind'> | undefined {
  const used = PLACES.filter(({ id }) => world.modules[id] && !world.modules[id].missing)
  if (used.length === 0) return
  const place = random.pick(used)
  const module = world.modules[place.id]
  return module && saved(change(place, module), random)
}
