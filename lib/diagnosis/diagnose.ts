import type { Cause } from '../../k8s/model/cause.ts'
import { volumeUnbound } from './causes/claim.ts'
import { configurationMissing } from './causes/configuration.ts'
import { crash } from './causes/crash.ts'
import { dnsDown } from './causes/dns.ts'
import { drifted } from './causes/drift.ts'
import { noEndpoints } from './causes/endpoints.ts'
import { imageMissing } from './causes/image.ts'
import type { Judge } from './causes/judge.ts'
import { outOfMemory } from './causes/memory.ts'
import { nodeFull, nodeNotReady } from './causes/node.ts'
import { probeFailing } from './causes/probe.ts'
import { podsRefused } from './causes/refused-pods.ts'
import { rolloutStuck } from './causes/rollout.ts'
import { containerNotStarted } from './causes/start.ts'
import { unschedulable } from './causes/unschedulable.ts'
import { volumeNotMounted } from './causes/volume.ts'
import { ownWords, saidByReady } from './causes/words.ts'
import type { Facts, Pod, Workload } from './facts.ts'
import { type Finding, isBlamed, toRead, where, withoutKind, workloadOf } from './finding.ts'

/** The most fundamental first: what an earlier one explains, a later one does not tell again. */
const BEFORE_WORDS: readonly Judge[] = [
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
]
const AFTER_WORDS: readonly Judge[] = [crash, probeFailing]
const LAST: readonly Judge[] = [drifted, rolloutStuck, noEndpoints]
/** Milliseconds after which nobody is refused any more by a pod that is ready: on a busy node, endpoints come late. */
const NOTICED = 10_000

/**
 * @param own what the programs of the stack say when they fail
 * @returns one finding a root cause, the most fundamental first; none when all is well or only starting
 */
export function diagnose(facts: Facts, own: readonly Cause[]): Finding[] {
  const roots: Finding[] = []
  // A symptom explains what is at its place, too.
  const met: Finding[] = []
  const all = (judges: readonly Judge[]) => judges.flatMap((judge) => judge(facts))
  for (const finding of [
    ...all(BEFORE_WORDS),
    ...ownWords(facts, own),
    ...all(AFTER_WORDS),
    ...saidByReady(facts, own),
    ...all(LAST),
  ]) {
    if (!explained(finding, met)) roots.push(finding)
    met.push(finding)
  }
  return roots.filter((finding) => !passes(finding, facts)).map(toRead)
}

/** Whether a cause that was met is the reason for this one too. */
function explained({ cause, where, blames }: Finding, met: readonly Finding[]): boolean {
  // What somebody changed is worth a sentence whatever else fails there.
  if (cause === 'drifted') return false
  return met.some(
    (other) =>
      other.where === where ||
      (cause === 'no-endpoints' && serviceOf(other.where) === serviceOf(where)) ||
      other.cause === 'node-not-ready' ||
      (other.where.startsWith('node/') && (cause === other.cause || cause === 'unschedulable')) ||
      (other.cause === 'dns-down' && cause === 'host-unknown') ||
      workloadOf(other.where) === where ||
      other.where === workloadOf(where) ||
      isBlamed(blames, other.where) ||
      // An init container keeps those after it from starting.
      (isMigration(other.where) && workloadOf(other.where) === workloadOf(where)),
  )
}

/**
 * Whether it is over by itself once what it blames has started, and its clients have noticed. What does not start has a
 * finding of its own.
 */
function passes({ cause, blames }: Finding, { pods, workloads, now }: Facts): boolean {
  const unnoticed = cause.endsWith('-refused') ? NOTICED : 0
  const isStarting = ({ workload, containers, ready, readySince }: Pod) =>
    containers.some(
      (container) =>
        isBlamed(blames, where(workload, container.name)) &&
        (container.ready ? ready && now - readySince < unnoticed : container.state.is !== 'ended'),
    )
  const isUnmade = ({ name, replicas = 0 }: Workload) =>
    isBlamed(blames, name) && replicas > 0 && !pods.some(({ workload }) => workload === name)
  return pods.some(isStarting) || workloads.some(isUnmade)
}

function isMigration(where: string): boolean {
  return where.endsWith(' (migrate)')
}

/** A Service has the name of its workload. */
function serviceOf(where: string): string {
  return withoutKind(workloadOf(where))
}
