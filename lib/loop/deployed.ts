import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { NamedProgram } from '../../k8s/services.ts'
import { CHECKOUT } from '../shell/state-folder.ts'
import type { Application } from '../stack/application.ts'
import { settingsFile } from '../stack/settings-file.ts'
import { isModelFile } from './model-files.ts'

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
  const file = join(CHECKOUT, path)
  return (
    file === settingsFile(application) ||
    isModelFile(application, file) ||
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
