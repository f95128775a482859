import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import dockerignore from '@balena/dockerignore'
import type { NamedProgram } from '../../k8s/services.ts'
import { CHECKOUT } from '../shell/state-folder.ts'
import type { Application } from '../stack/application.ts'
import { settingsFile } from '../stack/settings-file.ts'

/**
 * Whether a file reaches what runs by a deployment: a setting, the model, or a part of an image.
 *
 * @param path below the checkout
 */
export function isDeployed(
  application: Application,
  services: readonly NamedProgram[],
  path: string,
): boolean {
  const model = [relative(CHECKOUT, application.folder), 'k8s']
  return (
    path === relative(CHECKOUT, settingsFile(application)) ||
    (path.endsWith('.ts') && model.some((folder) => path.startsWith(`${folder}/`))) ||
    services.some((service) => isPartOf(service, path))
  )
}

function isPartOf({ directory, build }: NamedProgram, path: string): boolean {
  if (path === build.dockerfile) return true
  if (!path.startsWith(`${directory}/`)) return false
  const patterns = readFileSync(join(CHECKOUT, `${build.dockerfile}.dockerignore`), 'utf8')
  return dirname(path) !== directory || dockerignore.default().add(patterns).createFilter()(path)
}
