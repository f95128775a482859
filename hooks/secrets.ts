import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { SECRET_FILES } from '../k8s/compose.ts'
import type { Stack } from '../k8s/model/stack.ts'
import { namesOf, partOf } from '../k8s/names.ts'
import { readers, rotatable } from '../k8s/secret-keys.ts'
import { databaseOf, ownsDatabase } from '../k8s/services.ts'
import { dataClaim } from '../k8s/store.ts'
import { contextName, type Kubectl, kubectlFor, read } from '../lib/cluster/kubectl.ts'
import { planSecrets, type SecretsPlan } from '../lib/secrets/plan.ts'
import { rotationSql } from '../lib/secrets/rotation.ts'
import type { Stored } from '../lib/secrets/stored.ts'
import { oneOf, readFlags, runCommand, say } from '../lib/shell/command.ts'
import { eventLog } from '../lib/shell/event-log.ts'
import { Refusal, refusalOf } from '../lib/shell/refusal.ts'
import { CHECKOUT } from '../lib/shell/state-folder.ts'
import { asTyped } from '../lib/shell/typed-path.ts'
import { type Application, openApplication, STACK_FLAG, STACK_USAGE } from '../lib/stack/application.ts'
import { loadSettings } from '../lib/stack/settings-file.ts'
import { planComposeSecrets, writeComposeSecrets } from './secrets/compose.ts'
import { namespaceObject, secretObject } from './secrets/objects.ts'

const USAGE = `npm run secrets -- [--check | --rotate KEY] [--target cluster|compose [--output FOLDER]] [--stack DIR]

Makes the namespace and the Secret of the stack. Values of .env.local win; what is missing is generated once; what is
there stays, also what these settings do not use. No value is ever printed.

  --check       only says what is missing or would change; ends with 1 when something is missing
  --rotate KEY  in the cluster, makes a generated value anew, with what depends on it; a wrong KEY lists them
  --target      cluster (default), or compose: files in dist/compose/secrets
  --output      for compose, the folder of compose.yaml, where it is another
${STACK_USAGE}`

/**
 * Brings namespace and Secret to what the settings ask for, and touches nothing that is already so.
 *
 * @throws Refusal on a missing value that cannot be generated
 */
export async function bootstrapSecrets(application: Application): Promise<void> {
  const { stack, state } = application
  const { kubectl, settings, plan, existed, namespaceExisted } = await lookAndPlan(application)
  refuse(plan)
  if (!namespaceExisted) await apply(kubectl, stack, namespaceObject(stack).toJSON())
  if (plan.written.length > 0)
    await write(kubectl, stack, plan, existed ? readers(settings, plan.changed) : [])
  eventLog(state, 'secrets')('done', { changed: plan.changed })
  say(`secrets: ${outcome(plan)}`)
}

function outcome({ changed }: SecretsPlan): string {
  return changed.length === 0 ? 'nothing to do' : `set ${changed.join(', ')}`
}

async function lookAndPlan(application: Application, rotate?: string) {
  const { settings, given } = loadSettings(application)
  const { database } = settings.stack
  const names = namesOf(settings.stack)
  const kubectl = kubectlFor(contextName(settings.kubeContext))
  const inNamespace = `--namespace=${names.namespace}`
  const [namespace, secret, claim] = await Promise.all([
    read(kubectl, ['namespace', names.namespace]),
    // JSON of Go writes bytes that are not there as null.
    read<{ data?: Record<string, string | null> }>(kubectl, ['secret', names.secret, inNamespace]),
    database && read(kubectl, ['persistentvolumeclaim', dataClaim(database.service), inNamespace]),
  ])
  const existing: Stored = Object.fromEntries(
    Object.entries(secret?.data ?? {}).map(([key, value]) => [
      key,
      Buffer.from(value ?? '', 'base64').toString(),
    ]),
  )
  const circumstances = { existing, dataExists: claim !== undefined, ...(rotate ? { rotate } : {}) }
  const plan = planSecrets(settings, given, circumstances, () => randomBytes(32).toString('base64url'))
  return {
    kubectl,
    settings,
    given,
    plan,
    existed: secret !== undefined,
    namespaceExisted: namespace !== undefined,
  }
}

function refuse({ problems }: SecretsPlan): void {
  if (problems.length > 0) throw refusalOf(problems)
}

async function write(
  kubectl: Kubectl,
  stack: Stack,
  { stored }: SecretsPlan,
  readers: readonly string[],
): Promise<void> {
  await apply(kubectl, stack, secretObject(stack, stored).toJSON())
  if (readers.length > 0)
    await kubectl([
      ...['rollout', 'restart', 'deployment,statefulset'],
      `--namespace=${namesOf(stack).namespace}`,
      podsOf(stack, readers),
    ])
}

/** The selector of what belongs to these services. */
function podsOf(stack: Stack, services: readonly string[]): string {
  return `--selector=${partOf(stack)},app.kubernetes.io/name in (${services})`
}

/** Server-side, because a client-side apply would keep the values a second time, in an annotation. */
async function apply(kubectl: Kubectl, stack: Stack, object: unknown): Promise<void> {
  const manager = `--field-manager=${namesOf(stack).secret}`
  await kubectl(['apply', '--server-side', '--force-conflicts', manager, '-f', '-'], {
    input: JSON.stringify(object),
  })
}

function check(plan: SecretsPlan): number {
  refuse(plan)
  say(
    plan.changed.length === 0 ? 'the Secret is complete' : `missing or outdated: ${plan.changed.join(', ')}`,
  )
  return plan.changed.length === 0 ? 0 : 1
}

async function forCompose(application: Application, folder: string, onlyCheck: boolean): Promise<number> {
  const { settings, given } = loadSettings(application)
  const plan = await planComposeSecrets(settings, given, folder)
  if (onlyCheck) return check(plan)
  refuse(plan)
  const first = !existsSync(join(folder, SECRET_FILES))
  writeComposeSecrets(plan, folder)
  eventLog(application.state, 'secrets')('done', { target: 'compose', changed: plan.changed })
  say(`secrets: ${outcome(plan)}`)
  const outdated = first ? [] : readers(settings, plan.changed)
  if (outdated.length > 0)
    say(`→ where it runs: docker compose up --detach --force-recreate ${outdated.join(' ')}`)
  return 0
}

async function rotate(application: Application, key: string): Promise<void> {
  const { stack, state } = application
  const inNamespace = `--namespace=${namesOf(stack).namespace}`
  const { kubectl, settings, given, plan } = await lookAndPlan(application, key)
  if (given[key])
    throw new Refusal(
      `${key} is given in .env.local, so it cannot be generated anew.`,
      `change or remove ${key} there`,
    )
  refuse(plan)
  const value = plan.values[key]
  if (!value) throw new Refusal(`${key} is not used with these settings.`, 'npm run secrets -- --check')
  const sql = rotationSql(stack, key, value)
  if (sql && !ownsDatabase(settings))
    throw new Refusal(
      `${key} cannot be made anew here: what depends on it is in the database of ${databaseOf(stack).url}, outside the cluster.`,
      `add a new ${key}=… to .env.local, and run there: ${sql}`,
    )
  if (sql) await runSql(kubectl, stack, sql)
  const old = madeByPods(stack, key) ? await pods(kubectl, stack, readers(settings, [key])) : []
  const restarting = readers(settings, plan.changed)
  await write(kubectl, stack, plan, restarting)
  if (old.length > 0) {
    // Until its end, an old pod may have made one more thing with the old value: the new ones could not open it.
    await kubectl(['wait', '--for=delete', inNamespace, '--timeout=180s', ...old], {
      timeout: '190s',
    })
    if (sql) await runSql(kubectl, stack, sql)
  }
  eventLog(state, 'secrets')('rotated', { key })
  const follow = restarting.length > 0 ? `${restarting.join(', ')} restart` : 'no pod has to restart'
  say(`secrets: ${key} is new, ${follow}`)
}

function madeByPods({ secrets }: Stack, key: string): boolean {
  const rule = secrets[key]
  return rule?.source === 'generated' && rule.madeByPods === true
}

/** The pods of these services, as `pod/name`. */
async function pods(kubectl: Kubectl, stack: Stack, services: readonly string[]): Promise<string[]> {
  if (services.length === 0) return []
  const inNamespace = `--namespace=${namesOf(stack).namespace}`
  const names = await kubectl(['get', 'pods', inNamespace, podsOf(stack, services), '--output=name'])
  return names.split('\n').filter(Boolean)
}

/** In the database's own pod, through standard input. */
async function runSql(kubectl: Kubectl, stack: Stack, statement: string): Promise<void> {
  const { service, user, name } = databaseOf(stack)
  const psql = ['psql', '--quiet', '--set=ON_ERROR_STOP=1', `--username=${user}`, `--dbname=${name}`]
  const words = [
    'exec',
    '--stdin',
    `--namespace=${namesOf(stack).namespace}`,
    `statefulset/${service}`,
    '--',
    ...psql,
  ]
  await kubectl(words, { input: statement })
}

export const command = runCommand(import.meta.url, async (argv) => {
  const { values } = readFlags(argv, USAGE, {
    check: { type: 'boolean', default: false },
    rotate: { type: 'string' },
    target: { type: 'string', default: 'cluster' },
    output: { type: 'string' },
    ...STACK_FLAG,
  })
  const application = await openApplication(values.stack)
  const { stack } = application
  const target = oneOf('--target', values.target, ['cluster', 'compose'])
  const rotated = values.rotate === undefined ? undefined : oneOf('--rotate', values.rotate, rotatable(stack))
  if (target === 'compose') {
    if (rotated) throw new Refusal('Only the cluster has secrets that can be rotated.', 'see --help', 2)
    return forCompose(
      application,
      asTyped(values.output ?? join(CHECKOUT, 'dist', application.isMain ? '' : stack.name, 'compose')),
      values.check,
    )
  }
  if (values.check) return check((await lookAndPlan(application)).plan)
  if (rotated) await rotate(application, rotated)
  else await bootstrapSecrets(application)
  return 0
})
