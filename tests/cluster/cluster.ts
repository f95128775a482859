import { databaseOf, programs } from '../../k8s/services.ts'
import { parseSettings } from '../../k8s/settings.ts'
import { lasting } from '../../k8s/transient.ts'
import { clusterTools, pathWith } from '../../lib/cluster/find.ts'
import { type Kubectl, kubectlFor } from '../../lib/cluster/kubectl.ts'
import type { Row } from '../../stack/tests/natural-language.ts'
import { MAIN, NAMES } from '../k8s/main-stack.ts'
import type { Copy } from './copy.ts'
import { eventually, PATIENCE } from './deadline.ts'
import type { Ended } from './program.ts'

const { skaffold, kubectl: kubectlTool, minikube } = await clusterTools()
if (!skaffold || !kubectlTool || !minikube)
  throw new Error('These tests need skaffold, kubectl and minikube: npm run cluster -- up fetches them.')
process.env.PATH = pathWith([skaffold, kubectlTool, minikube])

/** Another one, for what a plain Minikube lacks: a network plugin that enforces policies. */
export const CONTEXT = process.env.TODO_TEST_CONTEXT ?? 'minikube'
const ask = kubectlFor(CONTEXT)
export const kubectl: Kubectl = (words, options) => ask(words, { timeout: '120s', ...options })
const IN_NAMESPACE = `--namespace=${NAMES.namespace}`
const LABEL = 'todo/content'

const { settings } = parseSettings(MAIN, {}, {})
if (!settings) throw new Error('The default settings do not parse')
export const SERVICES = programs(settings)

/** The page, as the cluster publishes it on this machine. */
export const ORIGIN = `http://localhost:${SERVICES.find(({ nodePort }) => nodePort)?.nodePort}`

export interface Pod {
  readonly metadata: {
    readonly name: string
    readonly uid: string
    readonly deletionTimestamp?: string
    readonly labels: Readonly<Record<string, string>>
  }
  readonly spec: { readonly containers: readonly { name: string; image: string }[] }
  readonly status: {
    readonly containerStatuses?: readonly {
      readonly restartCount: number
      readonly ready: boolean
      readonly imageID: string
      readonly containerID?: string
    }[]
  }
}

/** Runs kubectl in the stack's namespace. */
export function inNamespace(...words: string[]): Promise<string> {
  return kubectl([IN_NAMESPACE, ...words])
}

/** The stack's pods, those on their way out among them; not those that come and go beside it. */
export async function pods(service?: string): Promise<Pod[]> {
  const ours = service ? `app.kubernetes.io/part-of=todo,app.kubernetes.io/name=${service}` : lasting(MAIN)
  const list = JSON.parse(await inNamespace('get', 'pods', '-o', 'json', `--selector=${ours}`))
  return (list as { items: Pod[] }).items
}

export function isReady({ metadata, status }: Pod): boolean {
  return !metadata.deletionTimestamp && (status.containerStatuses?.every(({ ready }) => ready) ?? false)
}

/** Waits until each of the stack's pods is Ready and none of an earlier deployment is left. */
export function allReady(): Promise<Pod[]> {
  return eventually('all pods being Ready', PATIENCE, async () => {
    const found = await pods()
    return found.length > 0 && found.every(isReady) && found
  })
}

/** Names of what a namespace holds, as `kind/name`; neither events nor what every namespace is born with. */
export async function objects(namespace = 'todo'): Promise<string[]> {
  const kinds = (await kubectl(['api-resources', '--namespaced', '--verbs=list', '-o', 'name']))
    .split('\n')
    .filter((kind) => kind && !kind.startsWith('events'))
  const words = ['get', kinds.join(','), '-o', 'name', '--ignore-not-found', `--namespace=${namespace}`]
  const names = (await kubectl(words)).split('\n')
  const born = ['', 'configmap/kube-root-ca.crt', 'serviceaccount/default']
  return names.filter((name) => !born.includes(name)).sort()
}

/** What is left once the stack is taken down: the data, and the secrets that open it. */
export const KEPT = ['persistentvolumeclaim/data-postgres-0', 'secret/todo-secrets']

/** Waits until nothing but the data and its secrets is left. */
export async function takenDown(namespace = 'todo', kept: readonly string[] = KEPT): Promise<void> {
  // One kubectl that watches costs less than one after the other that look at everything.
  const podsGone = [
    'wait',
    '--for=delete',
    'pods',
    '--all',
    `--namespace=${namespace}`,
    `--timeout=${PATIENCE}s`,
  ]
  await kubectl(podsGone, { timeout: `${PATIENCE + 5}s` })
  await eventually(
    'the stack being gone',
    PATIENCE,
    async () => (await objects(namespace)).join() === kept.join(),
  )
}

/** Takes down what an earlier test file has left deployed. A cluster that is new has nothing to keep either. */
export async function makeRoom(copy: Copy): Promise<void> {
  await copy.run(['skaffold', 'delete', `--kube-context=${CONTEXT}`])
  await eventually('nothing being deployed', PATIENCE, async () =>
    (await objects()).every((name) => KEPT.includes(name)),
  )
}

/** Brings this content up with `skaffold run`, unless an earlier test file has, and all of it is Ready. */
export async function deploy(copy: Copy): Promise<void> {
  const selector = `--selector=${LABEL}=${copy.content}`
  const found = JSON.parse(await inNamespace('get', 'deployments,statefulsets', selector, '-o', 'json')) as {
    items: { spec: { replicas: number }; status: { readyReplicas?: number } }[]
  }
  const isUp = found.items.every(({ spec, status }) => status.readyReplicas === spec.replicas)
  if (found.items.length < SERVICES.length + 1 || !isUp) {
    const { code, said } = await skaffoldRun(copy)
    if (code !== 0) throw new Error(`skaffold run ended with ${code}:\n${said}`)
  }
  await allReady()
}

/** `skaffold run -p minikube`, with a label by which `deploy` knows the content again beside that of skaffold.env. */
export function skaffoldRun(copy: Copy): Promise<Ended> {
  const labels = `skaffold.dev/run-id=todo,${LABEL}=${copy.content}`
  return copy.run(['skaffold', 'run', '-p', 'minikube', `--kube-context=${CONTEXT}`, `--label=${labels}`])
}

/** Runs SQL in the database's own pod. @returns what psql prints, unaligned and without headings */
export async function sql(statement: string): Promise<string> {
  const { service: name, user, name: database } = databaseOf(MAIN)
  const psql = ['psql', '--no-psqlrc', '--quiet', '--no-align', '--tuples-only', '--set=ON_ERROR_STOP=1']
  const where = [`--username=${user}`, `--dbname=${database}`]
  return kubectl([IN_NAMESPACE, 'exec', '--stdin', `${name}-0`, '--', ...psql, ...where], {
    input: statement,
  })
}

/** This user's tasks, as PostgreSQL has them. */
export async function rows(userId: string): Promise<Row[]> {
  const query = `SELECT id, title, completed FROM tasks WHERE user_id = '${userId}' ORDER BY id`
  return JSON.parse(await sql(`SELECT coalesce(json_agg(row), '[]') FROM (${query}) AS row`)) as Row[]
}

/** Removes every user that tests have signed up, with all that is theirs. */
export async function removeTestUsers(): Promise<void> {
  const theirs = `user_id IN (SELECT id FROM auth."user" WHERE email LIKE '%@test.local')`
  await sql(`DELETE FROM tasks WHERE ${theirs};
    DELETE FROM deleted_tasks WHERE ${theirs};
    DELETE FROM push_subscriptions WHERE ${theirs};
    DELETE FROM messages WHERE ${theirs};
    DELETE FROM conversations WHERE ${theirs};
    DELETE FROM auth."user" WHERE email LIKE '%@test.local';`)
}

export interface Request {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly body?: unknown
}

export interface Answer {
  /** 0 where nobody answered. */
  readonly status: number
  readonly text: string
}

const ASK = `
import json, sys, urllib.error, urllib.request
from concurrent.futures import ThreadPoolExecutor

def ask(request):
    body = request.get('body')
    data = None if body is None else json.dumps(body).encode()
    try:
        asked = urllib.request.Request(request['url'], data, request.get('headers', {}), method=request['method'])
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return {'status': answer.status, 'text': answer.read().decode()}
    except urllib.error.HTTPError as answer:
        return {'status': answer.code, 'text': answer.read().decode()}
    except OSError:
        return {'status': 0, 'text': ''}

print(json.dumps(list(ThreadPoolExecutor(8).map(ask, json.loads(INPUT)))))`

/**
 * Asks what has no port outside, by Service name, from the backend's pod: the network policies let it through to the MCP
 * server, the stand-in model and the frontend.
 *
 * @param requests go through standard input: a token in them shows in no process list
 * @returns the answers, in the order of the requests
 */
export async function askInside(requests: readonly Request[]): Promise<Answer[]> {
  const words = ['exec', '--stdin', 'deployment/backend', '--container=backend', '--', 'python', '-']
  const input = ASK.replace('INPUT', () => JSON.stringify(JSON.stringify(requests)))
  return JSON.parse(await kubectl([IN_NAMESPACE, ...words], { input })) as Answer[]
}
