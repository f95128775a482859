import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { programs, stores } from '../../k8s/services.ts'
import type { SecretValues, Settings } from '../../k8s/settings.ts'
import { replaceFile } from '../shell/replace-file.ts'
import { secretFiles } from './plan.ts'

/** By service, the files of its secrets and what is in them. */
export type SecretFiles = Readonly<Record<string, Readonly<Record<string, string>>>>

/** The folder with a folder for each service, which holds its secrets. */
export function secretsFolderOf(state: string): string {
  return join(state, 'services')
}

export function secretsOf(settings: Settings, values: SecretValues): SecretFiles {
  return Object.fromEntries(
    [...programs(settings), ...stores(settings)].map((service) => [
      service.name,
      Object.fromEntries(secretFiles(service, values)),
    ]),
  )
}

/**
 * Gives each service the files of its own secrets, readable by this user alone, and no others. What stays the same is not
 * written: who runs may read it in this moment.
 *
 * @param state the folder of what outlives a command
 */
export function writeSecretFiles(state: string, secrets: SecretFiles): void {
  for (const [service, files] of Object.entries(secrets)) {
    const folder = join(secretsFolderOf(state), service)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    for (const key of readdirSync(folder)) if (!(key in files)) rmSync(join(folder, key))
    for (const [key, value] of Object.entries(files))
      if (!existsSync(join(folder, key)) || readFileSync(join(folder, key), 'utf8') !== value)
        replaceFile(join(folder, key), value, 0o600)
  }
}
