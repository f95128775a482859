import { toYaml } from './manifest.ts'
import { FOR_SKAFFOLD, type Manifests, manifests } from './manifests.ts'
import type { Profile, Settings } from './settings.ts'

/** Where images are and which ones: `registry.example/team/app-api:v1`. */
export interface ImageSource {
  readonly tag: string
  /** Without a slash at its end; empty for images that the nodes have. */
  readonly registry: string
}

/** The full name of an image of ours. */
export function imageName(name: string, { tag, registry }: ImageSource): string {
  return `${registry && `${registry}/`}${name}:${tag}`
}

/** The stack for `kubectl apply -f`, without Skaffold. Namespace and Secret are the business of `npm run secrets`. */
export function raw(settings: Settings, profile: Profile, images: ImageSource): Manifests {
  return manifests(settings, profile, { ...FOR_SKAFFOLD, image: (name) => imageName(name, images) })
}

/** The files of a stack, by their names: one YAML stream each. */
export function manifestFiles(files: Manifests): ReadonlyMap<string, string> {
  return new Map([...files].map(([name, objects]) => [`${name}.yaml`, toYaml(objects)]))
}
