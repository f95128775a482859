import { type Api, openApi } from '../../../lib/cluster/api.ts'
import type { EventObject, List, PodObject } from '../../../lib/cluster/objects.ts'
import { diagnose } from '../../../lib/diagnosis/diagnose.ts'
import type { Finding } from '../../../lib/diagnosis/finding.ts'
import { observe } from '../../../lib/diagnosis/observe.ts'
import { watchCauses } from '../../../lib/diagnosis/watch.ts'
import { causes } from '../../../stack/causes.ts'
import { MAIN } from '../../k8s/main-stack.ts'
import { CONTEXT, kubectl } from '../cluster.ts'
import { eventually } from '../deadline.ts'
import type { Case } from './case.ts'

/** How long a case may take to fail, and to be named. */
const SECONDS = 75

export interface Named {
  readonly finding: Finding
  /** All that a look finds at that moment. */
  readonly findings: readonly Finding[]
  /** From its being visible to its being named, in seconds. */
  readonly delay: number
}

/** Deploys a case, and waits until the watch names what the case is about. */
export function nameIt(name: string, { objects, labels, cause, visible }: Case): Promise<Named> {
  return inNamespace(name, labels ?? {}, async (namespace, api) => {
    let seen: number | undefined
    let named: { finding: Finding; at: number } | undefined
    const told: string[] = []
    const watching = watched(api, namespace, (finding) => {
      told.push(finding.cause)
      if (finding.cause === cause) named ??= { finding, at: Date.now() }
    })
    try {
      await apply(namespace, objects)
      const what = `${name}: ${cause} being named (told: `
      await eventually(what, SECONDS, async () => {
        seen ??= (await isVisible(api, namespace, visible)) ? Date.now() : undefined
        return named !== undefined && seen !== undefined
      }).catch((error: Error) => {
        throw new Error(`${error.message} ${told.join()}) visible: ${seen !== undefined}`)
      })
      if (!named || !seen) throw new Error('unreachable')
      // Between two attempts, one look may see less.
      const findings = await eventually(`${name}: a look that finds ${cause}`, SECONDS, async () => {
        const found = diagnose(await observe(api, { ...MAIN, name: namespace }, []), causes)
        return found.some((one) => one.cause === cause) && found
      })
      return { finding: named.finding, findings, delay: (named.at - seen) / 1000 }
    } finally {
      await watching.end()
    }
  })
}

/**
 * Watches while something healthy goes on.
 *
 * @param before happens unwatched
 * @param meanwhile settles when it is over
 * @returns every finding there was; a last look's included
 */
export function alarms(
  name: string,
  before: (namespace: string) => Promise<unknown>,
  meanwhile: (namespace: string) => Promise<unknown>,
): Promise<readonly Finding[]> {
  return inNamespace(name, {}, async (namespace, api) => {
    await before(namespace)
    const told: Finding[] = []
    const watching = watched(api, namespace, (finding) => told.push(finding))
    try {
      await meanwhile(namespace)
      return [...told, ...diagnose(await observe(api, { ...MAIN, name: namespace }, []), causes)]
    } finally {
      await watching.end()
    }
  })
}

export async function apply(namespace: string, objects: readonly object[]): Promise<void> {
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })
  await kubectl([`--namespace=${namespace}`, 'apply', '-f', '-'], { input })
}

function watched(api: Api, namespace: string, onFound: (finding: Finding) => void) {
  const stop = new AbortController()
  const watching = watchCauses(
    api,
    { stack: { ...MAIN, name: namespace }, causes, secrets: [] },
    ({ fresh }) => fresh.forEach(onFound),
    stop.signal,
  )
  return {
    end: () => {
      stop.abort()
      return watching
    },
  }
}

async function inNamespace<Result>(
  name: string,
  labels: Readonly<Record<string, string>>,
  action: (namespace: string, api: Api) => Promise<Result>,
): Promise<Result> {
  const namespace = `todo-broken-${name}`
  await kubectl(['delete', 'namespace', namespace, '--ignore-not-found', '--timeout=60s'], { timeout: '65s' })
  const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } }
  await kubectl(['create', '-f', '-'], { input: JSON.stringify(object) })
  const api = openApi(CONTEXT)
  try {
    return await action(namespace, api)
  } finally {
    api.close()
    await kubectl(['delete', 'namespace', namespace, '--wait=false'])
  }
}

async function isVisible(api: Api, namespace: string, visible: Case['visible']): Promise<boolean> {
  const list = async <Item>(kind: string) =>
    (await api.read<List<Item>>(`/api/v1/namespaces/${namespace}/${kind}`))?.items ?? []
  return visible(await list<PodObject>('pods'), await list<EventObject>('events'))
}
