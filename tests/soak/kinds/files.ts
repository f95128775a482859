import { editable, healed, isHealthy, withBroken, withText } from '../changes.ts'
import { type Edit, type Kind, saved, savedBy, shown } from '../edit.ts'
import { PLACES, type Place } from '../places.ts'
import type { Random } from '../random.ts'
import type { World } from '../world.ts'

/** Edits of files that are there. */
export const FILES: Readonly<Record<string, Kind>> = {
  'good edit': {
    weight: 34,
    make: (world, random, n) => saved(withText(world, random.pick(editable(world)), `Edit ${n}`), random),
  },
  'broken file': {
    weight: 14,
    make: (world, random) => {
      const place = random.pick(PLACES)
      return world.broken.includes(place.file) ? undefined : saved(withBroken(world, place), random)
    },
  },
  heal: {
    weight: 22,
    make: (world, random) => (isHealthy(world) ? undefined : saved(healed(world), random)),
  },
  'two services at once': {
    weight: 8,
    make: (world, random, n) =>
      twoPlaces(
        world,
        random,
        n,
        (one, other) => !one.services.some((name) => other.services.includes(name)),
      ),
  },
  'two files of a service at once': {
    weight: 8,
    make: (world, random, n) =>
      twoPlaces(
        ...([world, random, n] as const),
        (one, other) => one.file !== other.file && one.services.some((name) => other.services.includes(name)),
      ),
  },
  'two saves within 20 ms': {
    weight: 8,
    make: (world, random, n) => {
      const place = random.pick(editable(world))
      const how = savedBy(random)
      const last = withText(world, place, `Edit ${n}`)
      const first = withText(world, place, `Edit ${n}, first`)
      return shown(last, { save: first, how }, { pauseMs: 10 }, { save: last, how })
    },
  },
  'many files checked out': {
    weight: 6,
    make: (world, random, n) => {
      const places = editable(world).filter(() => random.below(3) > 0)
      const next = places.reduce((changed, place) => withText(changed, place, `Edit ${n}`), world)
      return shown(next, { save: next, how: 'checked out' })
    },
  },
  touch: {
    weight: 6,
    make: (world, random) => shown(world, { touch: random.pick(PLACES).file }),
  },
  'page added or renamed': {
    weight: 6,
    make: (world, random, n) => {
      const gone = world.page ? [...world.goneFolders, world.page.folder].slice(-3) : world.goneFolders
      return saved({ ...world, page: { folder: `edit-${n}`, text: `Edit ${n}` }, goneFolders: gone }, random)
    },
  },
}

function twoPlaces(
  world: World,
  random: Random,
  number: number,
  fit: (one: Place, other: Place) => boolean,
): Omit<Edit, 'kind'> | undefined {
  const one = random.pick(editable(world))
  const others = editable(world).filter((candidate) => fit(one, candidate))
  if (others.length === 0) return
  const text = `Edit ${number}`
  return saved(withText(withText(world, one, text), random.pick(others), text), random)
}
