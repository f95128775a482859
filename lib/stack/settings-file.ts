import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { InitScripts } from '../../k8s/model/choices.ts'
import type { Stack } from '../../k8s/model/stack.ts'
import { parseSettings, type SecretValues, type Settings } from '../../k8s/settings.ts'
import { readEnvFile } from '../shell/env-file.ts'
import { messageOf, Refusal, refusalOf } from '../shell/refusal.ts'
import { CHECKOUT } from '../shell/state-folder.ts'
import { asTyped } from '../shell/typed-path.ts'
import { type Application, settingsFile } from './application.ts'

/** What a person has set of an application. */
export interface Configuration {
  readonly settings: Settings
  readonly given: SecretValues
}

/**
 * The settings and secret values of an application's `.env.local`, or of the file that TODO_ENV_FILE names, and the scripts
 * that make its database; the defaults where there is no such file. It is at the top of the checkout for the main
 * application, and in the folder of another.
 *
 * @throws Refusal naming every problem of the files, no value among them
 */
export function loadSettings(application: Pick<Application, 'stack' | 'folder' | 'isMain'>): Configuration {
  const { TODO_ENV_FILE: named } = process.env
  const text = named ? read(settingsPath(application)) : readIfPresent(settingsPath(application))
  const file = readEnvFile(text)
  const { settings, given, problems } =
    file.problems.length > 0
      ? { settings: undefined, given: {}, problems: file.problems }
      : parseSettings(application.stack, file.variables, process.env, readInitScripts(application.stack))
  if (settings) return { settings, given }
  throw refusalOf(problems)
}

/** The file that `loadSettings` reads. */
export function settingsPath(application: Pick<Application, 'folder' | 'isMain'>): string {
  const { TODO_ENV_FILE: named } = process.env
  return named ? asTyped(named) : settingsFile(application)
}

function readInitScripts(stack: Stack): InitScripts {
  const inits = Object.values(stack.services).flatMap((service) =>
    service.kind === 'store' && service.init ? [service.init] : [],
  )
  const [init] = inits
  const folder = init && join(CHECKOUT, init.folder)
  if (!folder || !existsSync(folder)) return {}
  const names = readdirSync(folder).filter((name) => name.endsWith('.sql'))
  return Object.fromEntries(names.sort().map((name) => [name, read(join(folder, name))]))
}

function readIfPresent(file: string): string {
  return existsSync(file) ? read(file) : ''
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new Refusal(`${file} cannot be read (${messageOf(error)}).`, `make it readable: chmod u+r ${file}`)
  }
}
