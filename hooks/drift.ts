import { parseAllDocuments } from 'yaml'
import { manifests } from '../k8s/manifests.ts'
import { namesOf } from '../k8s/names.ts'
import type { Profile } from '../k8s/settings.ts'
import {
  contextName,
  inAnswer,
  type Kubectl,
  KubectlError,
  kubectlFor,
  LISTED,
} from '../lib/cluster/kubectl.ts'
import { type Collections, drift, objectsOf, trialOf } from '../lib/diagnosis/drift/drift.ts'
import { collection, type KubernetesObject, plural, wordsFor } from '../lib/diagnosis/drift/object.ts'
import { writtenByOthers } from '../lib/diagnosis/drift/writer.ts'
import { say } from '../lib/shell/command.ts'
import { eventLog } from '../lib/shell/event-log.ts'
import type { Application } from '../lib/stack/application.ts'
import { loadSettings } from '../lib/stack/settings-file.ts'
import { removal } from './drift/removal.ts'

/**
 * Takes out of the model's objects what somebody put in by hand and `kubectl apply` would leave there: a key of a Service's
 * selector, a variable of a container. What nobody may see or try out stays as it is.
 */
export async function removeForeign(application: Application, profile: Profile): Promise<void> {
  const { settings } = loadSettings(application)
  const kubectl = kubectlFor(contextName(settings.kubeContext))
  const { namespace } = namesOf(settings.stack)
  const all = objectsOf(manifests(settings, profile)).filter(({ metadata }) => metadata.namespace)
  const there = await collections(kubectl, namespace, all).catch(unlessRefused)
  // To try all of them out would take seconds.
  const models = all.filter((model) => isTouched(there?.get(collection(model)), model))
  if (!there || models.length === 0) return
  const filled = await filledIn(kubectl, models).catch(unlessRefused)
  if (!filled) return
  for (const one of drift(all, there, (model) => filled[models.indexOf(model)])) {
    const steps = removal(one)
    if (steps.length === 0) continue
    const kind = one.where.replace('/', ' ').split(' ')
    const words = [
      'patch',
      ...kind,
      `--namespace=${namespace}`,
      '--type=json',
      `--patch=${JSON.stringify(steps)}`,
    ]
    // What can be changed by nobody any more stays, and the doctor tells of it.
    const patched = await kubectl(words).catch(unlessRefused)
    if (patched === undefined) continue
    const paths = steps.filter(({ op }) => op !== 'test').map(({ path }) => path)
    eventLog(application.state, 'drift')('removed', { where: one.where, paths })
    say(`drift: ${one.where} is again without what was not the model’s: ${paths.join(', ')}`)
  }
}

/** In one call: each start of kubectl costs a tenth of a second. */
async function collections(
  kubectl: Kubectl,
  namespace: string,
  models: readonly KubernetesObject[],
): Promise<Collections> {
  const kinds = [...new Set(models.map(({ kind }) => plural(kind)))]
  const words = ['get', kinds.join(), `--namespace=${namespace}`, '-o', 'json', '--show-managed-fields']
  const { items } = inAnswer<{ items: KubernetesObject[] }>(words, await kubectl(words), LISTED)
  const ours = items.filter(({ metadata }) => metadata.namespace === namespace)
  return new Map(models.map((model) => [collection(model), ours.filter(({ kind }) => kind === model.kind)]))
}

/** @returns the models as the API server would make them, in their order */
async function filledIn(
  kubectl: Kubectl,
  models: readonly KubernetesObject[],
): Promise<readonly KubernetesObject[]> {
  const input = models.map((model) => JSON.stringify(trialOf(model))).join('\n')
  const output = await kubectl(['create', '--dry-run=server', '-f', '-', '-o', 'yaml'], { input })
  const items = parseAllDocuments(output).map((document) => document.toJS() as KubernetesObject)
  if (items.length !== models.length)
    throw new Error(`${items.length} of ${models.map(wordsFor).join(', ')} were tried out`)
  return items
}

function isTouched(objects: readonly KubernetesObject[] | undefined, model: KubernetesObject): boolean {
  const live = objects?.find(({ metadata }) => metadata.name === model.metadata.name)
  return live !== undefined && writtenByOthers(live)
}

function unlessRefused(error: unknown): undefined {
  if (!(error instanceof KubectlError)) throw error
}
