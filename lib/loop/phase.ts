import { refusalOfCopy } from './skaffold-line.ts'
import type { ServiceState, State } from './state.ts'

export interface Phase {
  readonly name:
    | 'waiting'
    | 'building'
    | 'installing'
    | 'deploying'
    | 'starting'
    | 'syncing'
    | 'ready'
    | 'failing'
  /** One line: what it waits for, or why it fails. */
  readonly why?: string
  /** What helps, where it fails and we know. */
  readonly cure?: string
}

/** What helps where a save does not start. */
export const MEND = 'correct the file and save it'

/** What to say of one service: the first that holds, the most fundamental first. */
export function phase(service: ServiceState, { deploy }: State): Phase {
  const { build, installation, packages, sync, rollout, pods, findings, broken } = service
  const [finding] = findings
  const ready = pods.size > 0 && [...pods.values()].every((isReady) => isReady)
  if (finding) return { name: 'failing', why: finding.message, cure: finding.cure }
  if (broken) return { name: 'failing', why: broken.why, cure: MEND }
  if (installation?.status === 'failed')
    return {
      name: 'failing',
      why: `its packages stay those before: ${firstLine(installation.error)}`,
      cure:
        installation.cure ??
        `look at ${[...installation.files.keys()].join(' and ')} and at the network, then save again`,
    }
  if (build?.status === 'running') return { name: 'building' }
  if (build?.status === 'failed')
    return { name: 'failing', why: 'its image could not be built', cure: 'the build says why above' }
  if (sync?.status === 'running') return { name: 'syncing' }
  if (sync?.status === 'failed')
    return {
      name: 'failing',
      why: `the saved file could not be copied into its pod: ${refusalOfCopy(sync.why ?? '') ?? firstLine(sync.why)}`,
      cure: 'save it again; npm run doctor says more',
    }
  if (installation?.status === 'running') return { name: 'installing' }
  if (ready && packages !== undefined && packages !== (installation?.packages ?? packages))
    return { name: 'installing' }
  if (ready) return { name: 'ready' }
  if (rollout?.status === 'failed')
    return { name: 'failing', ...because(rollout.why), cure: 'npm run doctor' }
  if (pods.size > 0) return { name: 'starting', ...because(rollout?.status === 'running' && rollout.why) }
  return { name: deploy?.status === 'running' ? 'deploying' : 'waiting' }
}

/** Whether what the present round deploys is all that can answer; its smoke test may still run. */
export function isInPlace(state: State): boolean {
  return (
    state.deploy?.status === 'running' &&
    state.rolledOut &&
    state.services.every(
      // In a loop, there is one pod of each.
      (service) =>
        service.pods.size === 1 && service.ending.size === 0 && phase(service, state).name === 'ready',
    )
  )
}

/** One line on what the loop as a whole does. */
export function activity(state: State): string {
  const { services, round, deploy, smokeFailed, paused } = state
  if (paused) return 'paused: what is saved waits for npm run loop -- resume'
  const building = services.filter(({ build }) => build?.status === 'running').map(({ name }) => name)
  if (building.length > 0) return `building ${building.join(', ')}`
  const installing = services.filter(({ installation }) => installation?.status === 'running')
  if (installing.length > 0) return `installing packages of ${installing.map(({ name }) => name).join(', ')}`
  if (services.some(({ sync }) => sync?.status === 'running')) return 'copying what was saved'
  const isNamed = services.some((service) => phase(service, state).name === 'failing')
  if (round?.status === 'failed')
    return `the last update failed${isNamed ? '' : `: ${firstLine(round.why)}`}; watching for changes`
  if (round?.status === 'succeeded')
    return `${smokeFailed ? 'the smoke test FAILED, see above; ' : ''}watching for changes`
  if (deploy?.status === 'running')
    return services.every(({ rollout }) => rollout?.status === 'succeeded')
      ? 'running the smoke test'
      : 'deploying'
  return round ? 'looking at what changed' : 'starting'
}

function because(why: string | false | undefined) {
  return why ? { why: firstLine(why) } : {}
}

function firstLine(text = 'it does not say why'): string {
  return text.trim().split('\n')[0] ?? ''
}
