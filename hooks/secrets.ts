import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { SECRET_FILES } from '../k8s/compose.ts'
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
import { NAMES, PART_OF, STACK } from '../lib/stack/chosen.ts'
import { loadSettings } from '../lib/stack/settings-file.ts'
import { planComposeSecrets, writeComposeSecrets } from './secrets/compose.ts'
import { namespaceObject, secretObject } from './secrets/objects.ts'

const USAGE = `npm run secrets -- [--check | --rotate KEY] [--target cluster|compose [--output FOLDER]]

Makes the namespace and the Secret of the stack. Values of .env.local win; what is missing is generated once; what is
there stays, also what these settings do not use. No value is ever printed.

  --check       only says what is missing or would change; ends with 1 when something is missing
  --rotate KEY  in the cluster, makes a generated value anew, with what depends on it: ${rotatable(STACK).join(', ')}
  --target      cluster (default), or compose: files in dist/compose/secrets
  --output      for compose, the folder of compose.yaml, where it is another`

/**
 * Brings namespace and Secret to what the settings ask for, and touches nothing that is already so.
 *
 * @throws Refusal on a missing value that cannot be generated
 */
export async function bootstrapSecrets(): Promise<void> {
  const { kubectl, settings, plan, existed, namespaceExisted } = await lookAndPlan()
  refuse(plan)
  if (!namespaceExisted) await apply(kubectl, namespaceObject().toJSON())
  if (plan.written.length > 0) await write(kubectl, plan, existed ? readers(settings, plan.changed) : [])
  eventLog('secrets')('done', { changed: plan.changed })
  say(`secrets: ${outcome(plan)}`)
}

function outcome({ changed }: SecretsPlan): string {
  return changed.length === 0 ? 'nothing to do' : `set ${changed.join(', ')}`
}

async function lookAndPlan(rotate?: string) {
  const { settings, given } = loadSettings()
  const kubectl = kubectlFor(contextName(settings.kubeContext))
  const inNamespace = `--namespace=${NAMES.namespace}`
  const [namespace, secret, claim] = await Promise.all([
    read(kubectl, ['namespace', NAMES.namespace]),
    read<{ data?: Record<string, string> }>(kubectl, ['secret', NAMES.secret, inNamespace]),
    read(kubectl, ['persistentvolumeclaim', dataClaim(databaseOf(STACK).service), inNamespace]),
  ])
  const existing: Stored = Object.fromEntries(
    Object.entries(secret?.data ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
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

async function write(kubectl: Kubectl, { stored }: SecretsPlan, readers: readonly string[]): Promise<void> {
  await apply(kubectl, secretObject(stored).toJSON())
  if (readers.length > 0)
    await kubectl([
      ...['rollout', 'restart', 'deployment,statefulset'],
      `--namespace=${NAMES.namespace}`,
      podsOf(readers),
    ])
}

/** The selector of what belongs to these services. */
function podsOf(services: readonly string[]): string {
  return `--selector=${PART_OF},app.kubernetes.io/name in (${services})`
}

/** Server-side, because a client-side apply would keep the values a second time, in an annotation. */
async function apply(kubectl: Kubectl, object: unknown): Promise<void> {
  await kubectl(['apply', '--server-side', '--force-conflicts', '--field-manager=todo-secrets', '-f', '-'], {
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

async function forCompose(folder: string, onlyCheck: boolean): Promise<number> {
  const { settings, given } = loadSettings()
  const plan = await planComposeSecrets(settings, given, folder)
  if (onlyCheck) return check(plan)
  refuse(plan)
  const first = !existsSync(join(folder, SECRET_FILES))
  writeComposeSecrets(plan, folder)
  eventLog('secrets')('done', { target: 'compose', changed: plan.changed })
  say(`secrets: ${outcome(plan)}`)
  const outdated = first ? [] : readers(settings, plan.changed)
  if (outdated.length > 0)
    say(`→ where it runs: docker compose up --detach --force-recreate ${outdated.join(' ')}`)
  return 0
}

async function rotate(key: string): Promise<void> {
  const { kubectl, settings, given, plan } = await lookAndPlan(key)
  if (given[key])
    throw new Refusal(
      `${key} is given in .env.local, so it cannot be generated anew.`,
      `change or remove ${key} there`,
    )
  refuse(plan)
  const value = plan.values[key]
  if (!value) throw new Refusal(`${key} is not used with these settings.`, 'npm run secrets -- --check')
  if (!ownsDatabase(settings))
    throw new Refusal(
      `${key} cannot be made anew here: what depends on it is in the database of DATABASE_URL, outside the cluster.`,
      `add a new ${key}=… to .env.local, and run there: ${rotationSql(key, value)}`,
    )
  await runSql(kubectl, rotationSql(key, value))
  const old = madeByPods(key) ? await pods(kubectl, readers(settings, [key])) : []
  const restarting = readers(settings, plan.changed)
  await write(kubectl, plan, restarting)
  if (old.length > 0) {
    // Until its end, an old pod may have made one more thing with the old value: the new ones could not open it.
    await kubectl(['wait', '--for=delete', `--namespace=${NAMES.namespace}`, '--timeout=180s', ...old], {
      timeout: '190s',
    })
    await runSql(kubectl, rotationSql(key, value))
  }
  eventLog('secrets')('rotated', { key })
  const follow = restarting.length > 0 ? `${restarting.join(', ')} restart` : 'no pod has to restart'
  say(`secrets: ${key} is new, ${follow}`)
}

function madeByPods(key: string): boolean {
  const rule = STACK.secrets[key]
  return rule?.source === 'generated' && rule.madeByPods === true
}

/** The pods of these services, as `pod/name`. */
async function pods(kubectl: Kubectl, services: readonly string[]): Promise<string[]> {
  if (services.length === 0) return []
  const inNamespace = `--namespace=${NAMES.namespace}`
  const names = await kubectl(['get', 'pods', inNamespace, podsOf(services), '--output=name'])
  return names.split('\n').filter(Boolean)
}

/** In the database's own pod, through standard input. */
async function runSql(kubectl: Kubectl, statement: string): Promise<void> {
  const { service, user, name } = databaseOf(STACK)
  const psql = ['psql', '--quiet', '--set=ON_ERROR_STOP=1', `--username=${user}`, `--dbname=${name}`]
  const words = ['exec', '--stdin', `--namespace=${NAMES.namespace}`, `statefulset/${service}`, '--', ...psql]
  await kubectl(words, { input: statement })
}

export const command = runCommand(import.meta.url, async (argv) => {
  const { values } = readFlags(argv, USAGE, {
    check: { type: 'boolean', default: false },
    rotate: { type: 'string' },
    target: { type: 'string', default: 'cluster' },
    output: { type: 'string' },
  })
  const target = oneOf('--target', values.target, ['cluster', 'compose'])
  const rotated = values.rotate === undefined ? undefined : oneOf('--rotate', values.rotate, rotatable(STACK))
  if (target === 'compose') {
    if (rotated) throw new Refusal('Only the cluster has secrets that can be rotated.', 'see --help', 2)
    return forCompose(asTyped(values.output ?? join(CHECKOUT, 'dist/compose')), values.check)
  }
  if (values.check) return check((await lookAndPlan()).plan)
  if (rotated) await rotate(rotated)
  else await bootstrapSecrets()
  return 0
})
