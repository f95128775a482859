import { databaseOf, ownsDatabase } from '../../k8s/services.ts'
import type { Settings } from '../../k8s/settings.ts'
import { step } from '../../lib/host/step.ts'
import { say } from '../../lib/shell/command.ts'
import { Refusal } from '../../lib/shell/refusal.ts'
import { backUp } from './back-up.ts'
import type { DatabaseClient } from './client.ts'
import { readContents } from './contents.ts'
import { EMPTY, presence, STATEMENTS } from './scripts.ts'

/**
 * Makes the stack's own database what it is before any migration: empty, but for what the scripts of its folder make.
 *
 * @param kept the file of a backup, written where people have accounts
 * @throws Refusal where the database is another's, or a script fails
 */
export async function empty(client: DatabaseClient, settings: Settings, kept: string): Promise<void> {
  if (!ownsDatabase(settings))
    throw new Refusal(
      `The database of ${databaseOf(settings.stack).url} is not the stack's own.`,
      'make that one anew yourself, or remove the line to use one of the stack',
    )
  const present = await client.bash(presence(settings.stack), 'The database could not be read')
  if (readContents(present).people) {
    await backUp(client, kept, databaseOf(settings.stack).backup)
    say(`kept: ${kept}`)
  }
  await step('empty', () => client.bash(EMPTY, 'Nothing was changed'))
  for (const [name, statements] of Object.entries(settings.initScripts))
    await step(name, () => client.bash(STATEMENTS, `${name} failed`, { input: statements }))
}
