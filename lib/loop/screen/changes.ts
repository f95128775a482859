import { activity, phase } from '../phase.ts'
import type { ServiceState, State } from '../state.ts'
import type { Paint } from './paint.ts'

/** What became different, a line each: for pipes and CI, where nothing can be redrawn. */
export function changeLines(before: State, after: State, paint: Paint): string[] {
  const services = after.services.flatMap((service) => {
    const earlier = before.services.find(({ name }) => name === service.name)
    const [was, is] = [describe(earlier, before), describe(service, after)]
    const live = service.live && service.live !== earlier?.live
    return [
      ...(was === is ? [] : [`${service.name}: ${is}`]),
      ...(live ? [`${service.name}: ${service.live.path} live after ${service.live.milliseconds} ms`] : []),
    ]
  })
  const findings = after.findings
    .filter((finding) => !before.findings.includes(finding))
    .map(({ where, message, cure }) => `${where}: ${message}\n  → ${cure}`)
  // What happens within a round is told service by service.
  const over = after.round !== before.round && after.round?.status !== 'running'
  return [...services, ...findings, ...(over ? [activity(after)] : [])].map((line) =>
    paint('bold', `● ${line}`),
  )
}

function describe(service: ServiceState | undefined, state: State): string {
  if (!service) return ''
  const { name, why, cure } = phase(service, state)
  // What a rollout waits for changes many times: only a failure says why.
  return name === 'failing' ? `${name}: ${why ?? ''}${cure ? `\n  → ${cure}` : ''}` : name
}
