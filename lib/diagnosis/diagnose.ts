import type { Cause } from './causes/cause.ts'
import { volumeUnbound } from './causes/claim.ts'
import { configurationMissing } from './causes/configuration.ts'
import { crash } from './causes/crash.ts'
import { dnsDown } from './causes/dns.ts'
import { drifted } from './causes/drift.ts'
import { noEndpoints } from './causes/endpoints.ts'
import { imageMissing } from './causes/image.ts'
import { outOfMemory } from './causes/memory.ts'
import { modelFailing } from './causes/model.ts'
import { nodeFull, nodeNotReady } from './causes/node.ts'
import { probeFailing } from './causes/probe.ts'
import { podsRefused } from './causes/refused-pods.ts'
import { rolloutStuck } from './causes/rollout.ts'
import { said } from './causes/said.ts'
import { containerNotStarted } from './causes/start.ts'
import { unschedulable } from './causes/unschedulable.ts'
import { volumeNotMounted } from './causes/volume.ts'
import type { Facts } from './facts.ts'
import type { Finding } from './finding.ts'

/** The most fundamental first: what an earlier one explains, a later one does not tell again. */
const CAUSES: readonly Cause[] = [
  nodeNotReady,
  nodeFull,
  dnsDown,
  podsRefused,
  unschedulable,
  volumeUnbound,
  imageMissing,
  configurationMissing,
  volumeNotMounted,
  containerNotStarted,
  outOfMemory,
  said,
  crash,
  probeFailing,
  modelFailing,
  drifted,
  rolloutStuck,
  noEndpoints,
]

const MIGRATION = / \(migrate\)$/

/** @returns one finding a root cause, the most fundamental first; none when all is well or only starting */
export function diagnose(facts: Facts): Finding[] {
  const database = databaseIn(facts)
  const roots: Finding[] = []
  // A symptom explains what is at its place, too.
  const met: Finding[] = []
  for (const cause of CAUSES)
    for (const finding of cause(facts)) {
      if (!explained(finding, met, database)) roots.push(finding)
      met.push(finding)
    }
  return roots.filter((finding) => !passes(finding, facts))
}

/** Names as in k8s/: a database that is not there explains what its clients say. */
function databaseIn({ stack }: Facts): string | undefined {
  return stack.database && `statefulset/${stack.database.service}`
}

/** Whether a cause that was found is the reason for this one too. */
function explained(
  { cause, where }: Finding,
  found: readonly Finding[],
  database: string | undefined,
): boolean {
  // What somebody changed is worth a sentence whatever else fails there.
  if (cause === 'drifted') return false
  return found.some(
    (other) =>
      other.where === where ||
      (cause === 'no-endpoints' && nameOf(other.where) === nameOf(where)) ||
      other.cause === 'node-not-ready' ||
      (other.where.startsWith('node/') && (cause === other.cause || cause === 'unschedulable')) ||
      (other.cause === 'dns-down' && cause === 'host-unknown') ||
      workloadOf(other.where) === where ||
      other.where === workloadOf(where) ||
      (other.where === database && cause.startsWith('database-')) ||
      (MIGRATION.test(other.where) &&
        (cause === 'migration-behind' || workloadOf(other.where) === workloadOf(where))),
  )
}

/** Whether it is over by itself once what is starting has started. What does not start has a finding of its own. */
function passes({ cause }: Finding, facts: Facts): boolean {
  const starting = (test: (workload: string, container: string) => boolean) =>
    facts.pods.some(({ workload, containers }) =>
      containers.some(({ name, ready, state }) => test(workload, name) && !ready && state.is !== 'ended'),
    )
  if (cause === 'database-refused') return starting((workload) => workload === databaseIn(facts))
  if (cause === 'migration-behind') return starting((_, container) => container === 'migrate')
  return false
}

/** A Service has the name of its workload. */
function nameOf(where: string): string | undefined {
  return workloadOf(where).split('/')[1]
}

function workloadOf(where: string): string {
  return where.replace(/ \(.*\)$/, '')
}
