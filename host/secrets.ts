import { randomBytes } from 'node:crypto'
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { planSecrets } from '../hooks/secrets/plan.ts'
import type { SecretValues, Settings } from '../k8s/settings.ts'
import { Refusal } from '../shell/refusal.ts'
import { stateFolder } from '../shell/state-folder.ts'
import { databaseAddress } from './plan.ts'
import { postgresDataExists } from './postgres.ts'

/**
 * The secret values of the host target: the rules of the Secret in the cluster, kept in one file of this user's.
 *
 * @throws Refusal on a missing value that cannot be generated
 */
export function bootstrapHostSecrets(settings: Settings, given: SecretValues): SecretValues {
  const circumstances = {
    existing: readHostSecrets(),
    dataExists: postgresDataExists(),
    databaseAddress: databaseAddress(settings),
  }
  const plan = planSecrets(settings, given, circumstances, () => randomBytes(32).toString('base64url'))
  if (plan.problems.length > 0)
    throw new Refusal(
      plan.problems.map(({ message }) => message).join('\n  '),
      plan.problems.map(({ cure }) => cure).join('\n  → '),
    )
  if (plan.changed.length > 0) {
    writeFileSync(`${file()}.partial`, JSON.stringify(plan.values), { mode: 0o600 })
    renameSync(`${file()}.partial`, file())
  }
  return plan.values
}

export function readHostSecrets(): SecretValues {
  try {
    return JSON.parse(readFileSync(file(), 'utf8')) as SecretValues
  } catch {
    return {}
  }
}

export function removeHostSecrets(): void {
  rmSync(file(), { force: true })
}

function file(): string {
  return join(stateFolder(), 'secrets.json')
}
