import { activity, phase } from '../phase.ts'
import type { ScreenPlace } from '../screen/lines.ts'
import type { State } from '../state.ts'
import { type LoopStatus, VERSION } from './questions.ts'

/** The state of a loop as others are told it. */
export function view(state: State, place: ScreenPlace): LoopStatus {
  const iso = (at: number) => new Date(at).toISOString()
  return {
    version: VERSION,
    stack: place.stack,
    target: place.sources === 'in place' ? 'host' : 'cluster',
    where: place.where,
    sources: place.sources,
    pid: process.pid,
    links: { ...place.links },
    ...(place.dashboard ? { dashboard: place.dashboard } : {}),
    healthy: isHealthy(state),
    ...(state.round ? { deployment: state.round.status } : {}),
    activity: activity(state),
    paused: state.paused !== undefined,
    services: state.services.map((service) => ({
      name: service.name,
      ...phaseOf(service.name, state),
      pods: [...service.pods].map(([name, ready]) => ({ name, ready })),
      ...(service.saved ? { saved: { path: service.saved.path, at: iso(service.saved.at) } } : {}),
      ...(service.live ? { served: { ...service.live, at: iso(service.live.at) } } : {}),
    })),
    findings: [...state.findings, ...state.services.flatMap(({ findings }) => findings)].map(
      ({ cause, where, message, cure }) => ({ cause, where, message, cure }),
    ),
  }
}

/** Whether all runs, was deployed to the end, and nothing is known to be wrong. */
export function isHealthy(state: State): boolean {
  const { services, round, smokeFailed, findings } = state
  return (
    round?.status === 'succeeded' &&
    !smokeFailed &&
    findings.length === 0 &&
    services.every(({ name }) => phaseOf(name, state).phase === 'ready')
  )
}

function phaseOf(name: string, state: State) {
  const service = state.services.find((candidate) => candidate.name === name)
  if (!service) return { phase: 'waiting' as const }
  const { name: word, ...reasons } = phase(service, state)
  return { phase: word, ...reasons }
}
