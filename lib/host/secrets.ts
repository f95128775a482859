import { randomBytes } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { SecretValues, Settings } from '../../k8s/settings.ts'
import { planSecrets } from '../secrets/plan.ts'
import type { Stored } from '../secrets/stored.ts'
import { Refusal, refusalOf } from '../shell/refusal.ts'
import { replaceFile } from '../shell/replace-file.ts'
import { storeAddress } from './plan.ts'
import { hostStores } from './stores.ts'

const schema = z.record(z.string(), z.string())

/**
 * The secret values of the host target: the rules of the Secret in the cluster, kept in one file of this user's.
 *
 * @param state the folder of what outlives a command
 * @returns those that the settings use
 * @throws Refusal on a missing value that cannot be generated, or when the file cannot be read
 */
export function bootstrapHostSecrets(state: string, settings: Settings, given: SecretValues): SecretValues {
  const { stack } = settings
  const circumstances = {
    existing: readHostSecrets(state),
    dataExists: hostStores(state, stack).some(
      ({ name, dataExists }) => name === stack.database?.service && dataExists(),
    ),
    addressOf: (store: string) => storeAddress(settings, store),
  }
  const plan = planSecrets(settings, given, circumstances, () => randomBytes(32).toString('base64url'))
  if (plan.problems.length > 0) throw refusalOf(plan.problems)
  if (plan.written.length > 0) replaceFile(file(state), JSON.stringify(plan.stored), 0o600)
  return plan.values
}

/**
 * Everything that the file keeps; nothing where there is no such file.
 *
 * @throws Refusal when it cannot be read: whoever took it for empty would make new values, and forget the old
 */
export function readHostSecrets(state: string): Stored {
  try {
    return schema.parse(JSON.parse(readFileSync(file(state), 'utf8')))
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? error.code : 'it is damaged'
    if (why === 'ENOENT') return {}
    throw new Refusal(
      `The secrets of the host target in ${file(state)} cannot be read (${why}), and only they open its database.`,
      'make the file readable, or put back a copy of it — or start with an empty database: npm run down -- --target host --data',
    )
  }
}

export function removeHostSecrets(state: string): void {
  rmSync(file(state), { force: true })
}

function file(state: string): string {
  return join(state, 'secrets.json')
}
