import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { $ } from 'zx/core'
import { dataVolume, SECRET_FILES } from '../../k8s/compose.ts'
import type { Stack } from '../../k8s/model/stack.ts'
import { databaseOf, ownsDatabase } from '../../k8s/services.ts'
import type { SecretValues, Settings } from '../../k8s/settings.ts'
import { planSecrets, type SecretsPlan } from '../../lib/secrets/plan.ts'
import type { Stored } from '../../lib/secrets/stored.ts'
import { Refusal } from '../../lib/shell/refusal.ts'
import { replaceFile } from '../../lib/shell/replace-file.ts'

/**
 * Decides the secrets of the Compose project by the rules of the Secret in a cluster.
 *
 * @param folder the one that holds compose.yaml
 * @throws Refusal when it cannot be told whether there is a database from before
 */
export async function planComposeSecrets(
  settings: Settings,
  given: SecretValues,
  folder: string,
): Promise<SecretsPlan> {
  const circumstances = {
    existing: readComposeSecrets(join(folder, SECRET_FILES)),
    dataExists: ownsDatabase(settings) && (await volumeExists(settings.stack)),
    emptyDatabase: `docker compose -f ${join(folder, 'compose.yaml')} down --volumes`,
  }
  return planSecrets(settings, given, circumstances, () => randomBytes(32).toString('base64url'))
}

/** What an interrupted writing has left begins with a dot. */
function readComposeSecrets(folder: string): Stored {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => !name.startsWith('.')) : []
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
}

/**
 * Writes one file for each secret. The programs in the containers have users of their own, so everybody may read the
 * files; but only their owner comes through the folder.
 */
export function writeComposeSecrets({ stored, written }: SecretsPlan, folder: string): void {
  const secrets = join(folder, SECRET_FILES)
  mkdirSync(secrets, { recursive: true })
  chmodSync(secrets, 0o700)
  for (const name of written) replaceFile(join(secrets, name), stored[name] ?? '', 0o444)
}

/** Whether Compose has made the volume of the database: without a docker command, it has not. */
async function volumeExists(stack: Stack): Promise<boolean> {
  const labels = {
    'com.docker.compose.project': process.env.COMPOSE_PROJECT_NAME || stack.name,
    'com.docker.compose.volume': dataVolume(stack, databaseOf(stack).service),
  }
  const filters = Object.entries(labels).flatMap(([name, value]) => ['--filter', `label=${name}=${value}`])
  const answer = await $({
    nothrow: true,
    quiet: true,
    signal: AbortSignal.timeout(20_000),
  })`docker volume ls --quiet ${filters}`
  if (answer.ok) return answer.stdout.trim() !== ''
  if (answer.exitCode === 127) return false
  throw new Refusal(
    'No Docker engine answers, so nobody knows whether there is a database from before.',
    'start Docker, then again',
  )
}
