import type { Manifests } from './manifests.ts'
import type { Stack } from './model/stack.ts'
import { namesOf } from './names.ts'
import { policyFaults } from './policy-faults.ts'
import { opens, type Referring, selects } from './referring.ts'
import { secretKeys } from './secret-keys.ts'
import type { Settings } from './settings.ts'

const CLUSTER_WIDE = ['Namespace', 'PersistentVolume']

/**
 * What neither a schema nor the API server notices: references between objects that lead nowhere.
 *
 * @returns one sentence a fault; none when the stack holds together
 */
export function faults(manifests: Manifests, settings: Settings): string[] {
  const { stack } = settings
  const objects = [...manifests.values()].flat().map((manifest) => manifest.toJSON() as Referring)
  const known: Known = {
    configuration: new Set(
      objects
        .filter(({ kind, metadata }) => kind === 'ConfigMap' && metadata?.name === namesOf(stack).configMap)
        .flatMap(({ data }) => Object.keys(data ?? {})),
    ),
    secrets: new Set(secretKeys(settings).map(({ name }) => name)),
    claims: new Set(
      objects
        .filter(({ kind }) => kind === 'PersistentVolumeClaim')
        .flatMap(({ metadata }) => metadata?.name ?? []),
    ),
  }
  const workloads = objects.filter(({ spec }) => spec?.template)

  const sentences: string[] = []
  for (const object of objects) {
    const title = `${object.kind} ${object.metadata?.name}`
    if (!CLUSTER_WIDE.includes(object.kind) && !object.metadata?.namespace)
      sentences.push(`${title} has no namespace.`)
    if (object.spec?.template) sentences.push(...podFaults(stack, title, object, known))
    if (object.kind === 'Service') sentences.push(...serviceFaults(title, object, workloads))
    if (object.kind === 'NetworkPolicy') sentences.push(...policyFaults(stack, title, object, workloads))
    if (object.kind === 'Ingress') sentences.push(...ingressFaults(title, object, objects))
    if (object.kind === 'HorizontalPodAutoscaler')
      sentences.push(...autoscalerFaults(title, object, workloads))
    if (object.kind === 'PodDisruptionBudget' && !workloads.some((workload) => selects(object, workload)))
      sentences.push(`${title} selects no pod of the stack.`)
  }
  return sentences
}

/** The names that a pod may refer to. */
type Known = Readonly<Record<'configuration' | 'secrets' | 'claims', ReadonlySet<string>>>

function podFaults(stack: Stack, title: string, object: Referring, known: Known): string[] {
  const { configMap, secret: ofStack } = namesOf(stack)
  const sentences: string[] = []
  if (!selects(object, object)) sentences.push(`${title} does not select the labels of its own pods.`)
  const pod = object.spec?.template?.spec
  const claims = object.spec?.volumeClaimTemplates?.map(({ metadata }) => metadata?.name)
  const volumes = new Set([...(pod?.volumes?.map(({ name }) => name) ?? []), ...(claims ?? [])])
  for (const { persistentVolumeClaim: claim } of pod?.volumes ?? [])
    if (claim && !known.claims.has(claim.claimName))
      sentences.push(`${title} mounts PersistentVolumeClaim ${claim.claimName}, which does not exist.`)
  for (const { secret } of pod?.volumes ?? [])
    for (const { key } of secret?.items ?? [])
      if (secret?.secretName !== ofStack || !known.secrets.has(key))
        sentences.push(`${title} mounts key ${key} of Secret ${secret?.secretName}, which nothing provides.`)
  for (const container of [...(pod?.initContainers ?? []), ...(pod?.containers ?? [])]) {
    for (const { name, valueFrom } of container.env ?? []) {
      const config = valueFrom?.configMapKeyRef
      if (config && (config.name !== configMap || !known.configuration.has(config.key)))
        sentences.push(
          `${title} reads ${name} from key ${config.key} of ConfigMap ${config.name}, which does not exist.`,
        )
      if (valueFrom?.secretKeyRef)
        sentences.push(`${title} reads ${name} from a Secret into its environment; mount it as a file.`)
    }
    for (const { name } of container.volumeMounts ?? [])
      if (!volumes.has(name)) sentences.push(`${title} mounts volume ${name}, which its pod does not have.`)
  }
  return sentences
}

function serviceFaults(title: string, object: Referring, workloads: Referring[]): string[] {
  const targets = workloads.filter((workload) => selects(object, workload))
  if (targets.length !== 1)
    return [`${title} selects the pods of ${targets.length} workloads; it has to be one.`]
  return (object.spec?.ports ?? [])
    .filter(({ targetPort }) => !opens(targets, targetPort))
    .map(({ targetPort }) => `${title} leads to port ${targetPort}, which no container of its pods opens.`)
}

function ingressFaults(title: string, { spec }: Referring, objects: readonly Referring[]): string[] {
  const backends = (spec?.rules ?? [])
    .flatMap(({ http }) => http?.paths ?? [])
    .flatMap(({ backend }) => backend.service ?? [])
  const leads = ({ kind, metadata, spec }: Referring, { name, port }: (typeof backends)[number]) =>
    kind === 'Service' &&
    metadata?.name === name &&
    spec?.ports?.some((open) => (port?.name ? open.name === port.name : open.port === port?.number))
  return backends
    .filter((backend) => !objects.some((object) => leads(object, backend)))
    .map(
      ({ name, port }) =>
        `${title} leads to port ${port?.name ?? port?.number} of Service ${name}, which does not exist.`,
    )
}

function autoscalerFaults(title: string, { spec }: Referring, workloads: readonly Referring[]): string[] {
  const { kind, name } = spec?.scaleTargetRef ?? {}
  return workloads.some((workload) => workload.kind === kind && workload.metadata?.name === name)
    ? []
    : [`${title} scales ${kind} ${name}, which does not exist.`]
}
