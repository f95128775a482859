import type { Manifests } from '../../../k8s/manifests.ts'
import { PROFILES, type Profile } from '../../../k8s/settings.ts'
import { compare, type FieldDrift } from './compare.ts'
import { collection, type KubernetesObject, wordsFor } from './object.ts'

/** An object that is otherwise than the model has it. */
export interface Drift {
  /** Like `service/web`. */
  readonly where: string
  readonly live: KubernetesObject | undefined
  /** None where the object is missing. */
  readonly differences: readonly FieldDrift[]
}

/** What the cluster has: each kind's objects by the path of their collection; undefined where nobody may look. */
export type Collections = ReadonlyMap<string, readonly KubernetesObject[] | undefined>

/** The objects of a stack as they are written. */
export function objectsOf(manifests: Manifests): KubernetesObject[] {
  return [...manifests.values()].flat().map((manifest) => manifest.toJSON() as unknown as KubernetesObject)
}

/** What is asked of the API server to hear which fields it would fill in: the object under a name that is free. */
export function trialOf(model: KubernetesObject): object {
  const { metadata, spec, ...rest } = model as KubernetesObject & { spec?: { ports?: object[] } }
  const { name, ...named } = metadata
  // A NodePort is taken by the very Service that is compared.
  const withoutNodePorts = spec?.ports?.map((port) => ({ ...port, nodePort: undefined }))
  return {
    ...rest,
    metadata: { ...named, generateName: `${name}-` },
    ...(spec && model.kind === 'Service' ? { spec: { ...spec, ports: withoutNodePorts } } : spec && { spec }),
  }
}

/**
 * @param filled what the API server would make of an object of the model, as far as that is known
 * @returns the model's objects that are missing or changed, those left out that are Helm's or that nobody may look at
 */
export function drift(
  models: readonly KubernetesObject[],
  there: Collections,
  filled: (model: KubernetesObject) => KubernetesObject | undefined,
): Drift[] {
  return models.flatMap((model): Drift[] => {
    const all = there.get(collection(model))
    if (!all) return []
    const live = all.find(({ metadata }) => metadata.name === model.metadata.name)
    // Its release has values of its own.
    if (live?.metadata.labels?.['app.kubernetes.io/managed-by'] === 'Helm') return []
    const differences = live ? compare(model, filled(model), live, leastOf(model, models)) : []
    return live && differences.length === 0 ? [] : [{ where: wordsFor(model), live, differences }]
  })
}

/** The replicas to which an autoscaler of the model would bring a Deployment at least. */
function leastOf(model: KubernetesObject, models: readonly KubernetesObject[]): number | undefined {
  if (model.kind !== 'Deployment') return undefined
  const scaler = models.find(
    ({ kind, metadata }) => kind === 'HorizontalPodAutoscaler' && metadata.name === model.metadata.name,
  )
  return (scaler?.spec as { minReplicas?: number } | undefined)?.minReplicas
}

/** The profile whose model the cluster is nearest to: which one was deployed nobody writes down. */
export function deployedProfile(
  modelOf: (profile: Profile) => readonly KubernetesObject[],
  there: Collections,
): Profile {
  const distance = (profile: Profile) =>
    drift(modelOf(profile), there, () => undefined).reduce(
      (sum, { differences }) => sum + Math.max(1, differences.length),
      0,
    )
  const [nearest] = PROFILES.map((profile) => [profile, distance(profile)] as const).toSorted(
    ([, one], [, other]) => one - other,
  )
  return nearest?.[0] ?? 'run'
}
