import { isReady, type Pod, pods, SERVICES } from '../cluster/cluster.ts'
import type { Edit } from './edit.ts'

/** Who the pods of each service are, and how often they have restarted: an edit may replace some, and leaves the others. */
export type Identities = ReadonlyMap<string, string>

export async function identities(): Promise<Identities> {
  const staying = (await pods()).filter(({ metadata }) => !metadata.deletionTimestamp)
  const of = (name: string) => staying.filter((pod) => serviceOf(pod) === name)
  return new Map(SERVICES.map(({ name }) => [name, of(name).map(identity).sort().join()]))
}

/** @returns what is wrong with the pods after an edit, or nothing; those that it replaces have to be Ready, and alone */
export async function podFaults(earlier: Identities, { replaces }: Edit): Promise<string> {
  const now = await identities()
  const wrong = [...now].flatMap(([name, identity]) => {
    const wanted = replaces.some((service) => service === name)
    if (wanted && (identity === earlier.get(name) || identity.includes(',')))
      return [`${name} has not got its new pod`]
    return !wanted && identity !== earlier.get(name)
      ? [`${name} has another pod, which nothing asked for`]
      : []
  })
  if (wrong.length > 0 || replaces.length === 0) return wrong.join('; ')
  const waiting = (await pods()).filter(
    (pod) => !isReady(pod) && replaces.some((name) => serviceOf(pod) === name),
  )
  return waiting.map(({ metadata }) => `${metadata.name} is not Ready, or not gone`).join('; ')
}

function serviceOf({ metadata }: Pod): string | undefined {
  return metadata.labels['app.kubernetes.io/name']
}

function identity({ metadata, status }: Pod): string {
  return [metadata.uid, ...(status.containerStatuses ?? []).map(({ restartCount }) => restartCount)].join(' ')
}
