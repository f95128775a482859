import type { HostModel } from './model.ts'
import type { HostProcess } from './plan.ts'

/** What has to end, and what has to start, for one model to become another. */
export interface Difference {
  readonly programs: { readonly stops: readonly string[]; readonly starts: readonly HostProcess[] }
  readonly stores: { readonly stops: readonly string[]; readonly starts: readonly string[] }
}

/**
 * A program goes on where it would be started as it was, with the same secrets.
 *
 * @param before undefined where nothing runs
 */
export function difference(before: HostModel | undefined, after: HostModel): Difference {
  const [old, now] = [startsOf(before), startsOf(after)]
  return {
    programs: {
      stops: [...old.keys()].filter((name) => old.get(name) !== now.get(name)),
      starts: after.plan.processes.filter(({ name }) => old.get(name) !== now.get(name)),
    },
    stores: {
      stops: (before?.stores ?? []).filter((name) => !after.stores.includes(name)),
      starts: after.stores.filter((name) => !before?.stores.includes(name)),
    },
  }
}

/** By name, all that a program is started with. */
function startsOf(model: HostModel | undefined): ReadonlyMap<string, string> {
  return new Map(
    model?.plan.processes.map((process) => [
      process.name,
      JSON.stringify([process, model.secrets[process.name]]),
    ]),
  )
}
