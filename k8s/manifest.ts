import type { Model, TypeMeta } from '@kubernetes-models/base'
import { stringify } from 'yaml'

/** Any typed object of kubernetes-models. */
export type Manifest = Model<TypeMeta> & TypeMeta & { metadata?: { name?: string; namespace?: string } }

/** @returns the objects as one YAML stream, the same bytes for the same objects */
export function toYaml(manifests: readonly Manifest[]): string {
  return manifests.map((manifest) => stringify(manifest.toJSON(), { lineWidth: 0 })).join('---\n')
}
