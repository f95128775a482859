import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { databaseOf, ownsDatabase } from '../../k8s/services.ts'
import type { Settings } from '../../k8s/settings.ts'
import { requireStoresOutside } from '../../lib/host/ports.ts'
import { readHostSecrets } from '../../lib/host/secrets.ts'
import { step } from '../../lib/host/step.ts'
import { installPostgresClient, postgresClient } from '../../lib/runtimes/postgres/client.ts'
import { environment } from '../../lib/shell/environment.ts'
import { Refusal } from '../../lib/shell/refusal.ts'
import { answers } from '../../lib/shell/tcp.ts'
import { bashCommand, type DatabaseClient } from './client.ts'
import { connection } from './connection.ts'
import { interact, run } from './program.ts'

/**
 * Gives the action PostgreSQL's programs on this machine, for the database of the host target.
 *
 * @throws Refusal when the programs cannot be had; what the action throws
 */
export async function onHost<Result>(
  state: string,
  settings: Settings,
  interrupted: AbortSignal,
  action: (client: DatabaseClient) => Promise<Result>,
): Promise<Result> {
  const secrets = readHostSecrets(state)
  const url = secrets[databaseOf(settings.stack).url]
  if (!url) throw new Refusal('The host target has no database yet.', 'npm run up -- --target host')
  if (!ownsDatabase(settings)) await requireStoresOutside(settings, secrets)
  else if (!(await answers('127.0.0.1', Number(new URL(url).port), 3_000)))
    throw new Refusal('The PostgreSQL of the host target is not running.', 'npm run up -- --target host')
  return withClient(state, url, interrupted, action)
}

/** The same for any database that this machine can reach. */
export async function withClient<Result>(
  state: string,
  url: string,
  interrupted: AbortSignal,
  action: (client: DatabaseClient) => Promise<Result>,
): Promise<Result> {
  await step("PostgreSQL's programs", () => installPostgresClient(state, interrupted))
  const folder = await mkdtemp(join(state, 'database-client-'))
  try {
    const { files, env } = connection(url, folder)
    for (const [name, text] of files) await writeFile(join(folder, name), text, { mode: 0o600 })
    // libpq looks for certificates and keys in the home folder, too.
    const here: NodeJS.ProcessEnv = { ...environment('service'), HOME: folder }
    const path = [await postgresClient(state), here.PATH].join(delimiter)
    return await action({
      bash: (script, failed, { words, ...streams } = {}) =>
        run(bashCommand(script, words), { ...here, ...env, PATH: path }, failed, streams, interrupted),
      interact: (command) => interact(command, { ...here, ...env, PATH: path }),
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
