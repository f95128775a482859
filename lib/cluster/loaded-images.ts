import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { checkoutFolder } from '../shell/state-folder.ts'
import type { FoundTool } from './find.ts'
import { runtimeOf } from './minikube.ts'

/** Set where images are to be loaded into a Minikube that nobody can build in: the path of its command. */
export const LOADED_BY = 'TODO_MINIKUBE'

/** Skaffold takes a Minikube that does not tell its version for none: https://github.com/GoogleContainerTools/skaffold/blob/main/pkg/skaffold/cluster/minikube.go */
const SILENT = '#!/bin/sh\nexit 1\n'

/**
 * Skaffold asks each Minikube for its docker engine and builds there. One that runs its containers by containerd or CRI-O
 * has none: then Skaffold is not shown the Minikube, builds with the engine of this machine, and hooks/images.ts loads
 * what is deployed.
 *
 * @param minikube undefined where there is none on this machine
 * @param path the PATH that Skaffold would have
 * @returns variables for Skaffold; none where it builds in the cluster, or loads images itself (kind, k3d)
 */
export async function imagesFor(
  context: string,
  minikube: FoundTool | undefined,
  path: string,
): Promise<NodeJS.ProcessEnv> {
  const runtime = minikube && (await runtimeOf(minikube, context))
  if (!minikube || runtime === undefined || runtime === 'docker') return {}
  const folder = join(checkoutFolder(), 'without-minikube')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'minikube'), SILENT)
  chmodSync(join(folder, 'minikube'), 0o755)
  return { PATH: `${folder}${delimiter}${path}`, [LOADED_BY]: minikube.path }
}
