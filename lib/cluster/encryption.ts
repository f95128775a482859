import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { stringify } from 'yaml'
import { messageOf, Refusal } from '../shell/refusal.ts'
import { replaceFile } from '../shell/replace-file.ts'

/** Those of earlier times began with a name. */
const FILE = /^(?:\w+-)?secrets-[0-9a-f]{8}\.yaml$/

/**
 * The file of this machine by which an API server encrypts Secrets before they reach its disk: one for all clusters
 * that a provider makes. No name is ever given twice, so that a new key never takes the place of one that a cluster
 * still needs.
 *
 * @param folder where such files are kept; it need not exist
 * @returns the path of the one that is there, else of one to make with `writeEncryption`
 */
export function encryptionFile(folder: string): string {
  const known = existsSync(folder) ? readdirSync(folder).filter((name) => FILE.test(name)) : []
  return join(folder, known.sort()[0] ?? `secrets-${randomBytes(4).toString('hex')}.yaml`)
}

/**
 * Makes an encryption file with a new key, readable by its owner alone, unless it is there already.
 *
 * @throws Refusal when its folder cannot be written
 */
export function writeEncryption(file: string): void {
  if (existsSync(file)) return
  try {
    mkdirSync(dirname(file), { recursive: true })
    replaceFile(file, configuration(randomBytes(32)), 0o600)
  } catch (error) {
    throw new Refusal(
      `The key for the cluster's Secrets cannot be kept: ${messageOf(error)}.`,
      `make ${dirname(file)} writable`,
    )
  }
}

/**
 * Without the provider `identity` after it: what is not encrypted is not served either.
 *
 * @param key 32 bytes
 * @see https://kubernetes.io/docs/tasks/administer-cluster/encrypt-data/
 */
function configuration(key: Buffer): string {
  return stringify({
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'EncryptionConfiguration',
    resources: [
      {
        resources: ['secrets'],
        providers: [{ secretbox: { keys: [{ name: 'key', secret: key.toString('base64') }] } }],
      },
    ],
  })
}
