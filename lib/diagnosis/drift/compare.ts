import { quantity } from '../../../k8s/quantity.ts'
import type { KubernetesObject } from './object.ts'
import { follow, foreignWriter, type Trail, trailOf, type Writer } from './writer.ts'

/** One field that is otherwise than the model has it. */
export interface FieldDrift {
  /** For people, like `spec.template.spec.containers[api].image`. */
  readonly path: string
  /** For a JSON patch of what is there: https://www.rfc-editor.org/rfc/rfc6901 */
  readonly pointer: string
  /** Undefined where the model has no such field. */
  readonly wanted: unknown
  /** Undefined where the cluster has no such field. */
  readonly is: unknown
  /** Who made it so; undefined where the API server does not tell, or where it was deployed so. */
  readonly by: Writer | undefined
}

/** Fields that the cluster fills in where nobody asks for a value, by kind. */
const ASSIGNED: Readonly<Record<string, RegExp>> = {
  Service: /^spec\.(clusterIPs?|healthCheckNodePort|ipFamilies|ipFamilyPolicy)$|\.nodePort$/,
  PersistentVolume: /^spec\.claimRef\./,
  PersistentVolumeClaim: /^spec\.volumeName$/,
}
/** Where texts are quantities: `1024Mi` is `1Gi`. */
const OF_QUANTITIES = /\.(requests|limits|capacity)\.[^.]+$/
/** What tells the items of a list apart, the first that does. */
const KEYS = ['mountPath', 'name', 'containerPort', 'port'] as const

/**
 * Compares an object of the cluster with the model's. Labels and annotations that others add are nobody's concern, nor are
 * tags and registries of images that the model names without.
 *
 * @param filled what the API server would make of the model's object; without it, only fields that the model names are
 *   compared, because what is beside them may be a default
 * @param least the replicas of a Deployment that an autoscaler scales, which scales nothing that is at 0
 */
export function compare(
  model: KubernetesObject,
  filled: KubernetesObject | undefined,
  live: KubernetesObject,
  least?: number,
): FieldDrift[] {
  const differences: FieldDrift[] = []
  const assigned = ASSIGNED[model.kind]
  const isFree = (path: string) => assigned?.test(path) || (least !== undefined && path === 'spec.replicas')
  const add = (place: Place, wanted: unknown, is: unknown) => {
    if (wanted === undefined && (!filled || isFree(place.path))) return
    differences.push({ path: place.path, pointer: place.pointer, wanted, is, by: foreignWriter(place.trail) })
  }
  const walk = (wanted: unknown, is: unknown, place: Place): void => {
    if (isEmpty(wanted) && isEmpty(is)) return
    if (wanted === undefined || is === undefined) add(place, wanted, is)
    else if (Array.isArray(wanted) && Array.isArray(is)) walkItems(wanted, is, place)
    else if (isFields(wanted) && isFields(is)) {
      for (const name of namesAt(place.path, wanted, is)) walk(wanted[name], is[name], below(place, name))
    } else if (!isSame(wanted, is, place.path)) add(place, wanted, is)
  }
  const walkItems = (wanted: readonly unknown[], is: readonly unknown[], place: Place) => {
    const key = KEYS.find((name) => [wanted, is].every((items) => tells(items, name)))
    const keyOf = (item: unknown, index: number) => (key ? (item as Fields)[key] : index)
    const known = new Map(is.map((item, index) => [keyOf(item, index), index]))
    for (const [index, item] of wanted.entries()) {
      const at = known.get(keyOf(item, index))
      const there = at === undefined ? undefined : is[at]
      walkItem(item, there, itemOf(place, at ?? index, keyOf(item, index), there ?? item))
    }
    const asked = new Set(wanted.map(keyOf))
    for (const [index, item] of is.entries())
      if (!asked.has(keyOf(item, index))) add(itemOf(place, index, keyOf(item, index), item), undefined, item)
  }
  const walkItem = (wanted: unknown, is: unknown, place: Place) =>
    is === undefined ? add(place, wanted, undefined) : walk(wanted, is, place)

  const top: Place = { path: '', pointer: '', trail: trailOf(live) }
  const asked = filled ? withoutFree(model, filled) : model
  for (const name of namesOf(asked, live).filter((name) => !['apiVersion', 'kind', 'status'].includes(name)))
    walk(asked[name], live[name], below(top, name))
  if (least !== undefined && (live.spec as { replicas?: number }).replicas === 0)
    differences.push({
      path: 'spec.replicas',
      pointer: '/spec/replicas',
      wanted: least,
      is: 0,
      by: foreignWriter(follow(follow(top.trail, 'spec'), 'replicas')),
    })
  return differences
}

interface Place {
  readonly path: string
  readonly pointer: string
  readonly trail: Trail
}
type Fields = Readonly<Record<string, unknown>>

function below({ path, pointer, trail }: Place, name: string): Place {
  const step = /^[\w-]+$/.test(name) ? `${path && '.'}${name}` : `["${name}"]`
  const escaped = name.replaceAll('~', '~0').replaceAll('/', '~1')
  return { path: path + step, pointer: `${pointer}/${escaped}`, trail: follow(trail, name) }
}

function itemOf({ path, pointer, trail }: Place, index: number, key: unknown, item: unknown): Place {
  return {
    path: `${path}[${key}]`,
    pointer: `${pointer}/${index}`,
    trail: isFields(item) ? follow(trail, item) : trail,
  }
}

/** What was filled in stays out where the cluster gives each object a value of its own; the model's own value counts. */
function withoutFree(model: KubernetesObject, filled: KubernetesObject): KubernetesObject {
  const { kind, metadata, spec = {} } = model as KubernetesObject & { spec?: Fields }
  const { clusterIP: _, clusterIPs: __, healthCheckNodePort: ___, ...rest } = (filled.spec ?? {}) as Fields
  if (kind === 'Service') return { ...filled, metadata, spec: { ...rest, ports: portsOf(spec, rest) } }
  const { replicas, ...scaled } = rest
  return kind === 'Deployment' && spec.replicas === undefined
    ? { ...filled, metadata, spec: scaled }
    : { ...filled, metadata }
}

function portsOf(model: Fields, filled: Fields): Fields[] {
  const own = (model.ports ?? []) as Fields[]
  return ((filled.ports ?? []) as Fields[]).map(({ nodePort: _, ...port }, index) => {
    const nodePort = own[index]?.nodePort
    return nodePort === undefined ? port : { ...port, nodePort }
  })
}

function isSame(wanted: unknown, is: unknown, path: string): boolean {
  if (wanted === is) return true
  if (path.endsWith('.image')) return sameImage(String(wanted), String(is))
  return OF_QUANTITIES.test(path) && quantity(String(wanted)) === quantity(String(is))
}

/** Who builds an image names its registry, tag and digest: https://github.com/distribution/reference */
function sameImage(wanted: string, is: string): boolean {
  return !/[:@]/.test(wanted) && is.split('/').at(-1)?.split(/[:@]/)[0] === wanted
}

function tells(items: readonly unknown[], key: string): boolean {
  const keys = items.map((item) => (isFields(item) ? item[key] : undefined))
  return !keys.includes(undefined) && new Set(keys).size === keys.length
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The API server leaves out what is empty. */
function isEmpty(value: unknown): boolean {
  return (
    value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0)
  )
}

/** The fields of two objects that are compared: of labels and annotations, those that are asked for. */
function namesAt(path: string, wanted: Fields, is: Fields): string[] {
  if (path.endsWith('metadata')) return ['labels', 'annotations'].filter((name) => name in wanted)
  return /metadata\.(labels|annotations)$/.test(path) ? Object.keys(wanted) : namesOf(wanted, is)
}

function namesOf(one: Fields, other: Fields): string[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])]
}
