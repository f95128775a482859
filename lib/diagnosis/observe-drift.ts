import type { Profile } from '../../k8s/settings.ts'
import type { Api } from '../cluster/api.ts'
import type { List } from '../cluster/objects.ts'
import { type Collections, type Drift, deployedProfile, drift, trialOf } from './drift/drift.ts'
import { collection, type KubernetesObject } from './drift/object.ts'

/** Looks at what is otherwise than a model has it. */
export type ObserveDrift = (api: Api) => Promise<readonly Drift[]>

/** Against that of these models which was deployed. */
export function driftFromModel(models: ReadonlyMap<Profile, readonly KubernetesObject[]>): ObserveDrift {
  const tried = tryingOnce()
  return async (api) => {
    const there = await collections(api, [...models.values()].flat())
    const chosen = models.get(deployedProfile((profile) => models.get(profile) ?? [], there)) ?? []
    return drift(chosen, there, await tried(api, chosen))
  }
}

/**
 * Against what was rendered.
 *
 * @param read gives the objects; undefined while they are on their way to the cluster
 */
export function driftFromRendered(read: () => readonly KubernetesObject[] | undefined): ObserveDrift {
  const tried = tryingOnce()
  return async (api) => {
    const models = read()
    if (!models) return []
    const there = await collections(api, models)
    const filled = await tried(api, models)
    // A deployment that has begun meanwhile brings what is missing.
    return read() ? drift(models, there, filled) : []
  }
}

async function collections(api: Api, models: readonly KubernetesObject[]): Promise<Collections> {
  const paths = [...new Set(models.map(collection))]
  const read = paths.map(async (path) => [path, await all(api, path)] as const)
  return new Map(await Promise.all(read))
}

/** The items of a list do not say what they are. */
async function all(api: Api, path: string): Promise<readonly KubernetesObject[] | undefined> {
  return (await api.read<List<KubernetesObject>>(path))?.items
}

/** The same object is filled in the same way, however often it is looked at. */
function tryingOnce() {
  const known = new Map<string, Promise<KubernetesObject | undefined>>()
  return async (api: Api, models: readonly KubernetesObject[]) => {
    const filled = await Promise.all(
      models.map((model) => {
        const text = JSON.stringify(model)
        const answer = known.get(text) ?? api.tryOut<KubernetesObject>(collection(model), trialOf(model))
        known.set(text, answer)
        // What did not answer is asked again.
        answer.catch(() => known.delete(text))
        return answer
      }),
    )
    return (model: KubernetesObject) => filled[models.indexOf(model)]
  }
}
