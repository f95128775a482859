import { join } from 'node:path'
import { databaseOf, programs } from '../k8s/services.ts'
import { contextName, kubectlFor } from '../lib/cluster/kubectl.ts'
import { findTarget, recordedTarget, recordUp, TARGETS, type Target } from '../lib/cluster/target.ts'
import { requireContext } from '../lib/diagnosis/fitness/context.ts'
import { end } from '../lib/host/end.ts'
import { recorded } from '../lib/host/running.ts'
import { bootstrapHostSecrets } from '../lib/host/secrets.ts'
import { start } from '../lib/host/start.ts'
import { step } from '../lib/host/step.ts'
import { answerTo, socketOf } from '../lib/loop/session/client.ts'
import { status } from '../lib/loop/session/questions.ts'
import { oneOf, readFlags, runCommand, say } from '../lib/shell/command.ts'
import { interruption } from '../lib/shell/interruption.ts'
import { takeLock } from '../lib/shell/lock.ts'
import { Refusal } from '../lib/shell/refusal.ts'
import { asTyped } from '../lib/shell/typed-path.ts'
import { type Application, openApplication, STACK_FLAG, STACK_USAGE } from '../lib/stack/application.ts'
import { loadSettings } from '../lib/stack/settings-file.ts'
import { backUp } from './db/back-up.ts'
import type { DatabaseClient } from './db/client.ts'
import { empty } from './db/empty.ts'
import { inCluster, restartServices } from './db/in-cluster.ts'
import { onHost } from './db/on-host.ts'
import { type BackupRecord, verifiedRecord } from './db/record.ts'
import { restore } from './db/restore.ts'
import { requireKnownRevision } from './db/revisions.ts'

const USAGE = `npm run db -- backup [FILE] [--target cluster|host] [--stack DIR]
npm run db -- restore FILE [--replace] [--target cluster|host] [--stack DIR]
npm run db -- reset [--target cluster|host] [--stack DIR]
npm run db -- shell [--target cluster|host] [--stack DIR]

Saves the database of the stack, its own or one outside, into an archive of pg_dump and a record beside it,
FILE.json; and puts it back, in one transaction, into a stack that is up. Without FILE, a backup goes to the state folder.
reset makes the stack's own database as a new one is: what its folder of scripts says, and all migrations; what people
had in it is backed up before. shell opens psql in the database.

  --replace  restores where accounts are already, which go
  --target   cluster or host; without it, the one that is up
${STACK_USAGE}`

export const command = runCommand(import.meta.url, async (argv) => {
  const { values, positionals } = readFlags(
    argv,
    USAGE,
    { replace: { type: 'boolean', default: false }, target: { type: 'string' }, ...STACK_FLAG },
    true,
  )
  const [word = '', file, ...more] = positionals
  const action = oneOf('The command', word, ['backup', 'restore', 'reset', 'shell'])
  const takesFile = action === 'backup' || action === 'restore'
  const wrong =
    more.length > 0 ||
    (action === 'restore' && !file) ||
    (!takesFile && file !== undefined) ||
    (action !== 'restore' && values.replace)
  if (wrong) throw new Refusal(`${action} was called otherwise than it can be.`, 'see --help', 2)
  const application = await openApplication(values.stack)
  if (!application.stack.database)
    throw new Refusal(`The stack ${application.stack.name} has no database.`, 'see --help')
  const answer = await answerTo(socketOf(application.state), { ask: 'status' }).catch(() => undefined)
  const loop = status.safeParse(answer).data
  const target =
    values.target === undefined
      ? (loop?.target ?? recordedTarget(application.state) ?? (await findTarget(application)).target)
      : oneOf('--target', values.target, TARGETS)
  if (action === 'shell') return shell(application, target)
  const interrupted = interruption('npm run db')
  if (action === 'reset') await reset(application, target, loop?.target, interrupted)
  else if (action === 'backup') await backup(application, target, file, interrupted)
  else await restoreFrom(application, target, asTyped(file ?? ''), values.replace, interrupted)
  return 0
})

async function backup(
  application: Application,
  target: Target,
  file: string | undefined,
  interrupted: AbortSignal,
): Promise<void> {
  const { stack, state } = application
  const { backup: rule } = databaseOf(stack)
  const archive = file ? asTyped(file) : join(state, 'backups', `${stack.name}-${stamp()}.dump`)
  const record = await withClient(application, target, interrupted, (client) => backUp(client, archive, rule))
  say(`${archive}: ${contents(record)}`)
}

async function shell(application: Application, target: Target): Promise<number> {
  // Ctrl-C is for psql.
  const never = new AbortController().signal
  return withClient(application, target, never, ({ interact }) => interact(['psql']))
}

/** @param loop the target of the loop that runs, and that goes on */
async function reset(
  application: Application,
  target: Target,
  loop: Target | undefined,
  interrupted: AbortSignal,
): Promise<void> {
  const { state, stack } = application
  const { settings } = loadSettings(application)
  if (loop !== undefined && loop !== target)
    throw new Refusal(`The loop that runs is on the ${loop} target.`, 'npm run loop -- stop, then again')
  if (loop === undefined) takeLock(state, 'npm run db -- reset')
  const up = target === 'host' && (await recorded(state)).length > 0
  const kept = join(state, 'backups', `${stack.name}-before-reset-${stamp()}.dump`)
  await withClient(application, target, interrupted, (client) => empty(client, settings, kept))
  if (target === 'host' && loop)
    for (const { name } of programs(settings)) {
      await step(name, () => answerTo(socketOf(state), { ask: 'restart', service: name }))
    }
  else await restartStack(application, target, up, 'reset', interrupted)
  say('reset: the database is as a new one')
}

async function restoreFrom(
  application: Application,
  target: Target,
  archive: string,
  replace: boolean,
  interrupted: AbortSignal,
): Promise<void> {
  const { state } = application
  takeLock(state, 'npm run db -- restore')
  const { settings, given } = loadSettings(application)
  const { backup: rule } = databaseOf(settings.stack)
  const record = await step('checksum', () => verifiedRecord(archive, rule))
  requireKnownRevision(record, rule)
  const up = target === 'host' && (await recorded(state)).length > 0
  // What would keep the stack from coming up again is to be known while it is up, as far as looking does it no harm.
  if (up) bootstrapHostSecrets(state, settings, given)
  await withClient(application, target, interrupted, (client) =>
    restore(client, archive, record, settings, replace),
  )
  await restartStack(application, target, up, 'restored', interrupted)
  say(`restored ${contents(record)}; everybody signs in again where the secrets are others`)
}

function withClient<Result>(
  application: Application,
  target: Target,
  interrupted: AbortSignal,
  action: (client: DatabaseClient) => Promise<Result>,
): Promise<Result> {
  const { settings } = loadSettings(application)
  if (target === 'host') return onHost(application.state, settings, interrupted, action)
  const context = contextName(settings.kubeContext)
  return requireContext(kubectlFor(context), context, settings).then(() =>
    inCluster(context, settings, interrupted, action),
  )
}

/** Programs keep what they have read of a database, and bring an older schema to the newest when they start. */
async function restartStack(
  application: Application,
  target: Target,
  up: boolean,
  what: 'restored' | 'reset',
  interrupted: AbortSignal,
): Promise<void> {
  const { state } = application
  const { settings, given } = loadSettings(application)
  try {
    if (target === 'cluster')
      await step('restart', () => restartServices(contextName(settings.kubeContext), settings.stack))
    else if (up) {
      await end(application)
      await start({ application, settings, profile: 'run', interrupted }, given)
      recordUp(state, 'host')
    }
  } catch (error) {
    // Nothing half-made: what did not come up whole is ended.
    if (up) await end(application)
    const cause = error instanceof Error ? error : new Error(String(error))
    const sentence = `The database is ${what}, but the stack ${up ? 'is down' : 'did not start again'}: ${cause.message}`
    throw cause instanceof Refusal
      ? new Refusal(sentence, `${cause.cure}; then npm run up`, cause.exitCode)
      : new Error(sentence, { cause })
  }
}

/** The time as a file's name has it. */
function stamp(): string {
  return new Date().toISOString().replace(/[-:]|\..*(?=Z)/g, '')
}

function contents({ rows, made, revision }: BackupRecord): string {
  const total = Object.values(rows).reduce((sum, count) => sum + count, 0)
  return `${total} rows of ${Object.keys(rows).length} tables as of ${made}, schema ${revision}`
}
