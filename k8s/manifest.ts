import type { Model, TypeMeta } from '@kubernetes-models/base'
import { stringify } from 'yaml'

/** Any typed object of kubernetes-models. */
export type Manifest = Model<TypeMeta> & TypeMeta & { metadata?: { name?: string; namespace?: string } }

/** Kubernetes and Helm read YAML 1.1, to which a bare `on` is no text. */
export const FOR_KUBERNETES = { lineWidth: 0, compat: 'yaml-1.1' } as const

/** @returns the objects as one YAML stream, the same bytes for the same objects */
export function toYaml(manifests: readonly Manifest[]): string {
  return manifests.map((manifest) => stringify(manifest.toJSON(), FOR_KUBERNETES)).join('---\n')
}
