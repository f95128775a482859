import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { NamedProgram } from '../../k8s/services.ts'
import { CHECKOUT } from '../shell/state-folder.ts'
import type { Application } from '../stack/application.ts'
import { settingsPath } from '../stack/settings-file.ts'
import { isModelFile } from './model-files.ts'
import { servicesWithPackages } from './packages/files.ts'
import type { FileContent } from './session/verdict.ts'

/**
 * As what a file that is no source reaches what runs: as packages, or by a deployment, as a setting or the model, or as a
 * part of an image.
 *
 * @param path below the checkout
 */
export function broughtAs(
  application: Application,
  services: readonly NamedProgram[],
  path: string,
): FileContent['brought'] {
  if (servicesWithPackages(path, services).length > 0) return 'packages'
  if (services.some((service) => isPartOf(service, path))) return 'image'
  const file = join(CHECKOUT, path)
  if (file === settingsPath(application)) return 'settings'
  return isModelFile(application, file) ? 'model' : undefined
}

function isPartOf({ build }: NamedProgram, path: string): boolean {
  const dockerfile = readFileSync(join(CHECKOUT, build.dockerfile), 'utf8')
  const copied = [...dockerfile.matchAll(/^COPY (?:--chmod=\S+ )?(?!--)(.+) \S+$/gm)].flatMap(
    ([, sources = '']) =>
      // A part that is not named is one that is named before.
      sources
        .split(' ')
        .map((source) => source.replace(/\$\{(\w+)\}/g, (_, name) => build.synced.args[name] ?? '?')),
  )
  return [build.dockerfile, ...copied].some((source) => path === source || path.startsWith(`${source}/`))
}
