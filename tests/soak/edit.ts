import type { Random } from './random.ts'
import type { World } from './world.ts'

/**
 * How a file comes to its new text: written in place; to a temporary one that is renamed over it, as editors do;
 * removed and written anew, as `git checkout` does.
 */
export type Saving = 'in place' | 'renamed over' | 'checked out'

export type Step =
  | { readonly save: World; readonly how: Saving }
  | { readonly touch: string }
  | { readonly deletePodOf: string }
  /** Until the loop has begun its next deployment. */
  | 'deploying'
  | { readonly pauseMs: number }

export interface Edit {
  readonly kind: string
  readonly steps: readonly Step[]
  /** The world that is left. */
  readonly world: World
  /** Whose pods are new afterwards; all others stay. */
  readonly replaces: readonly string[]
  /** How often the loop deploys for it, at most. */
  readonly deployments: number
  /** By when it has to be served or told. */
  readonly seconds: number
}

/** Makes an edit of its kind, or nothing where the world does not allow one; `number` is the edit's in its sequence. */
export interface Kind {
  /** How often it is made, against the other kinds. */
  readonly weight: number
  readonly make: (world: World, random: Random, number: number) => Omit<Edit, 'kind'> | undefined
}

/** An edit that running pods show. */
export function shown(world: World, ...steps: readonly Step[]): Omit<Edit, 'kind'> {
  return { world, steps, replaces: [], deployments: 0, seconds: 30 }
}

/** A world that comes to the disk in one way or another, as if somebody saved it in an editor. */
export function saved(world: World, random: Random): Omit<Edit, 'kind'> {
  return shown(world, { save: world, how: savedBy(random) })
}

export function savedBy(random: Random): Saving {
  return random.pick(['in place', 'renamed over'] as const)
}

/** An edit after which some services have new pods. @param deployments none where Kubernetes alone replaces them */
export function replacing(
  replaces: readonly string[],
  deployments: number,
  edit: Omit<Edit, 'kind'>,
): Omit<Edit, 'kind'> {
  return { ...edit, replaces, deployments, seconds: 180 }
}
