import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
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
