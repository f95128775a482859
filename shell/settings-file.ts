import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { parseSettings, type SecretValues, type Settings } from '../k8s/settings.ts'
import { Refusal } from './refusal.ts'
import { CHECKOUT } from './state-folder.ts'

/**
 * The settings and secret values of `.env.local`, or of the file that TODO_ENV_FILE names; the defaults where there is
 * no such file.
 *
 * @throws Refusal naming every problem of the file, no value among them
 */
export function loadSettings(): { settings: Settings; given: SecretValues } {
  const file = process.env.TODO_ENV_FILE ?? join(CHECKOUT, '.env.local')
  const { settings, given, problems } = parseSettings(parseEnv(read(file)), process.env)
  if (settings) return { settings, given }
  throw new Refusal(
    problems.map(({ message }) => message).join('\n  '),
    problems.map(({ cure }) => cure).join('\n  → '),
  )
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw new Refusal(
      `${file} cannot be read (${error instanceof Error ? error.message : error}).`,
      `chmod u+r ${file}`,
    )
  }
}
