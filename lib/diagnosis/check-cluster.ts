import { manifests } from '../../k8s/manifests.ts'
import type { Cause } from '../../k8s/model/cause.ts'
import { PROFILES } from '../../k8s/settings.ts'
import { openApi } from '../cluster/api.ts'
import { kubectlFor } from '../cluster/kubectl.ts'
import { isOurs } from '../cluster/own-cluster.ts'
import { Refusal } from '../shell/refusal.ts'
import type { Configuration } from '../stack/settings-file.ts'
import type { Check } from './check.ts'
import { diagnose } from './diagnose.ts'
import { objectsOf } from './drift/drift.ts'
import type { Facts } from './facts.ts'
import type { Finding } from './finding.ts'
import { isLocalName } from './fitness/context-problem.ts'
import { observe as observeFitness } from './fitness/observe.ts'
import { verdict } from './fitness/verdict.ts'
import { observe } from './observe.ts'
import { driftFromModel } from './observe-drift.ts'

/**
 * Asks the gate whether the cluster is fit, and diagnoses what is deployed there.
 *
 * @param causes what the programs of the stack say when they fail
 * @param isUp whether something was brought up: then a cluster that is away is a finding
 */
export async function checkCluster(...words: Parameters<typeof look>): Promise<Check[]> {
  return look(...words).catch((error) => [away('cluster', words[0], error)])
}

/** What nobody could look at, and why. @throws what is no Refusal */
function away(part: Check['part'], where: string, error: unknown): Check {
  if (!(error instanceof Refusal)) throw error
  const { message, cure } = error
  return { part, well: [], findings: [{ cause: 'cluster-away', where, message, cure, evidence: [] }] }
}

async function look(
  context: string,
  configuration: Configuration,
  causes: readonly Cause[],
  isUp: boolean,
): Promise<Check[]> {
  const { settings } = configuration
  const profile = isLocalName(context) ? 'run' : 'remote'
  // The loop's own forwards hold its ports while it runs.
  const wanted = { profile, ports: [] } as const
  const fitness = await observeFitness(kubectlFor(context), context, configuration, wanted)
  if (isOurs(context) && !fitness.server && !isUp)
    return [
      part('cluster', [`there is no cluster of context ${context} yet: npm run cluster -- up makes one`]),
    ]
  if (isOurs(context) && fitness.server && !fitness.cluster && !isUp)
    return [
      part('cluster', [`the cluster of context ${context} is stopped: npm run cluster -- up starts it`]),
    ]
  const unfit = verdict(fitness, settings, manifests(settings, profile), profile)
  const cluster: Check = {
    part: 'cluster',
    well: unfit.length === 0 ? [`context ${context} is fit`] : [],
    findings: unfit,
  }
  if (!fitness.cluster) return [cluster]
  const deployment = await checkDeployment(context, configuration, causes).catch((error) =>
    away('deployment', context, error),
  )
  // The gate looks at nodes and DNS too.
  const isKnown = ({ cause, where }: Finding) =>
    unfit.some((one) => one.cause === cause && one.where === where)
  return [cluster, { ...deployment, findings: deployment.findings.filter((finding) => !isKnown(finding)) }]
}

/** Diagnoses what is deployed. @throws Refusal when the API server does not answer */
export async function checkDeployment(
  context: string,
  { settings, given }: Configuration,
  causes: readonly Cause[],
): Promise<Check> {
  const api = openApi(context)
  try {
    const { stack } = settings
    const models = new Map(PROFILES.map((profile) => [profile, objectsOf(manifests(settings, profile))]))
    const facts = await observe(api, stack, Object.values(given), driftFromModel(models))
    return judge(facts, diagnose(facts, causes))
  } finally {
    api.close()
  }
}

function judge(facts: Facts, findings: readonly Finding[]): Check {
  if (facts.pods.length === 0 && facts.workloads.length === 0)
    return { part: 'deployment', well: ['nothing is deployed: npm run up'], findings }
  const waiting = facts.pods.filter(({ ready, phase }) => !ready && phase !== 'Succeeded')
  const ready = facts.pods.length - waiting.length
  return {
    part: 'deployment',
    well: [
      `${ready} of ${facts.pods.length} pods are ready${findings.length === 0 && waiting.length > 0 ? '; the others are starting' : ''}`,
      ...(facts.drift.length === 0 ? ['what is deployed is as the model has it'] : []),
    ],
    findings,
  }
}

function part(name: Check['part'], well: readonly string[]): Check {
  return { part: name, well, findings: [] }
}
