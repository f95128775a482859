import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { say } from '../shell/command.ts'
import { readIfThere } from '../shell/read-if-there.ts'
import type { Application } from '../stack/application.ts'
import { loadSettings } from '../stack/settings-file.ts'
import { dockerEngine } from './engine.ts'
import { clusterTools } from './find.ts'
import { isOurs } from './own-cluster.ts'

export const TARGETS = ['cluster', 'host'] as const
export type Target = (typeof TARGETS)[number]

interface TargetChoice {
  readonly target: Target
  readonly reason: string
}

/** The target that a command takes where nobody names one, which it says with the reason. */
export async function announceTarget(application: Application): Promise<Target> {
  const { target, reason } = await findTarget(application)
  say(`target: ${target} (${reason})`)
  return target
}

/** The cluster where everything it needs is at hand, this machine's own processes otherwise. */
export async function findTarget(application: Application): Promise<TargetChoice> {
  const problem = await dockerEngine().then(
    () => undefined,
    (error: Error) => error.message,
  )
  if (problem !== undefined) return { target: 'host', reason: problem }
  const missing = lacking(application, await clusterTools())
  if (missing.length > 0)
    return {
      target: 'host',
      reason: `${missing.join(', ')} not found; npm run up -- --target cluster fetches what is missing`,
    }
  return {
    target: 'cluster',
    reason: 'a container engine answers, and skaffold, kubectl and a cluster tool are here',
  }
}

/** What the cluster target needs of these tools and has not: a cluster of the person's own needs nothing that makes one. */
export function lacking(
  application: Application,
  { skaffold, kubectl, minikube, kind }: Awaited<ReturnType<typeof clusterTools>>,
): string[] {
  return [
    ...(skaffold ? [] : ['skaffold']),
    ...(kubectl ? [] : ['kubectl']),
    ...(minikube || kind || usesForeignCluster(application) ? [] : ['minikube or kind']),
  ]
}

/** Whether KUBE_CONTEXT names a cluster that nobody makes here. What is wrong with the settings is said elsewhere. */
function usesForeignCluster(application: Application): boolean {
  try {
    const { kubeContext } = loadSettings(application).settings
    return kubeContext !== undefined && !isOurs(kubeContext)
  } catch {
    return false
  }
}

/** The target that `npm run up` last brought up and nothing has taken down since. */
export function recordedTarget(state: string): Target | undefined {
  return recordedTargets(state).at(-1)
}

/** Remembers that a target is up, beside another that may be. */
export function recordUp(state: string, target: Target): void {
  write(state, [...others(state, target), target])
}

/** Forgets a target that was taken down; another that is up stays on record. */
export function recordDown(state: string, target: Target): void {
  write(state, others(state, target))
}

function others(state: string, target: Target): Target[] {
  return recordedTargets(state).filter((recorded) => recorded !== target)
}

/** One a line, the newest last. */
function recordedTargets(state: string): Target[] {
  const lines = readIfThere(recordFile(state))?.split('\n') ?? []
  return lines.flatMap((line) => TARGETS.find((target) => target === line) ?? [])
}

function write(state: string, targets: readonly Target[]): void {
  if (targets.length > 0) writeFileSync(recordFile(state), targets.join('\n'))
  else rmSync(recordFile(state), { force: true })
}

function recordFile(state: string): string {
  return join(state, 'target')
}
