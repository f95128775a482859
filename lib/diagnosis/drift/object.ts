/** Any object of the API, as it is read and written. */
export interface KubernetesObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
    readonly managedFields?: readonly ManagedFields[]
  }
  readonly [field: string]: unknown
}

/** https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management */
export interface ManagedFields {
  readonly manager?: string
  readonly time?: string
  readonly fieldsV1?: object
}

/** Like `deployment/api`: the words kubectl takes. */
export function wordsFor({ kind, metadata }: KubernetesObject): string {
  return `${kind.toLowerCase()}/${metadata.name}`
}

/** The path of the API under which all objects of this one's kind and namespace are. */
export function collection({ apiVersion, kind, metadata }: KubernetesObject): string {
  const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  return `${group}${metadata.namespace ? `/namespaces/${metadata.namespace}` : ''}/${plural(kind)}`
}

/** As the API names the resources of a kind, of those that the model has. */
export function plural(kind: string): string {
  const name = kind.toLowerCase()
  if (name.endsWith('y')) return `${name.slice(0, -1)}ies`
  return name.endsWith('s') ? `${name}es` : `${name}s`
}
