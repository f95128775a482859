import { relative } from 'node:path'
import { isInPlace, phase } from '../phase.ts'
import type { ScreenPlace } from '../screen/lines.ts'
import { hasInstalled, type ServiceState, type State } from '../state.ts'
import { isHealthy } from './view.ts'

/** A file whose content somebody waits for. */
export interface FileContent {
  /** Below the checkout. */
  readonly path: string
  /** Of its content, SHA-256 in hexadecimal; empty where there is no such file any more. */
  readonly hash: string
  /** When that content came there, in milliseconds since 1970. */
  readonly at: number
  /** The services whose sources hold it; none where a deployment brings it. */
  readonly services: readonly string[]
  /** As what it is brought where it is no source: by a deployment as settings, the model or a part of an image, or as packages. */
  readonly brought?: 'settings' | 'model' | 'image' | 'packages' | undefined
}

export type Verdict =
  | { readonly outcome: 'yes'; readonly message: string }
  | {
      readonly outcome: 'no' | 'open'
      readonly message: string
      readonly cure?: string
      readonly service?: string
    }

/** Milliseconds of quiet that Skaffold waits for: a deployment that began sooner after a change does not have it. */
const QUIET = 50

/**
 * Whether what is served has the file's present content. Never yes on a guess.
 *
 * @param sources how a saved file comes to what runs
 */
export function isServed(file: FileContent, state: State, sources: ScreenPlace['sources']): Verdict {
  if (file.services.length === 0) return isDeployed(file, state)
  const verdicts = state.services
    .filter(({ name }) => file.services.includes(name))
    .map((service) =>
      file.brought === 'packages'
        ? hasPackages(service, file, state)
        : servedBy(service, file, state, sources),
    )
  return (
    verdicts.find(({ outcome }) => outcome === 'no') ??
    verdicts.find(({ outcome }) => outcome === 'open') ?? {
      outcome: 'yes',
      message: `${file.path} is served by ${file.services.join(' and ')}.`,
    }
  )
}

/** In a pause, what is not served already waits for its end. */
export function unlessPaused(verdict: Verdict, { paused }: State): Verdict {
  if (!paused || verdict.outcome !== 'open') return verdict
  // A service that cannot be told goes on.
  if (verdict.service !== undefined && !paused.includes(verdict.service)) return verdict
  return {
    ...verdict,
    outcome: 'no',
    message: `The loop is paused. ${verdict.message}`,
    cure: 'npm run loop -- resume',
  }
}

/** Whether all services run, the last deployment ended well, and nothing is known to be wrong. */
export function isWell(state: State): Verdict {
  if (isHealthy(state)) return { outcome: 'yes', message: 'All is healthy.' }
  const failing = state.services.find((service) => phase(service, state).name === 'failing')
  if (failing) return { ...failureOf(failing, state), outcome: 'open' }
  const [finding] = state.findings
  if (finding) return { outcome: 'open', message: `${finding.where}: ${finding.message}`, cure: finding.cure }
  if (state.smokeFailed) return { outcome: 'open', message: 'The smoke test failed.', cure: 'npm run doctor' }
  const waiting = state.services.find((service) => phase(service, state).name !== 'ready')
  if (waiting)
    return {
      outcome: 'open',
      message: `${waiting.name} is ${phase(waiting, state).name}.`,
      service: waiting.name,
    }
  return { outcome: 'open', message: 'The loop has not come to rest.' }
}

function servedBy(
  service: ServiceState,
  { path, hash, at }: FileContent,
  state: State,
  sources: ScreenPlace['sources'],
): Verdict {
  const { name, broken, loaded, reading = 0, covers = 0, directory = '' } = service
  // Of an older save, it says nothing about this one.
  if (broken && broken.at >= at) return failureOf(service, state)
  const known = loaded.get(relative(directory, path))
  // A pod begins with the sources of its image, and has those that are copied only a while later.
  const isRead = sources === 'synced' ? covers >= at + QUIET : reading >= at
  const isIn = known === undefined ? isRead : known === hash
  if (isIn && !broken) return { outcome: 'yes', message: `${path} is served by ${name}.` }
  const { why, cure } = phase(service, state)
  return {
    outcome: 'open',
    service: name,
    message: why ? `${name}: ${why}` : `${name} has not said that it serves ${path}.`,
    ...(cure ? { cure } : {}),
  }
}

function hasPackages(service: ServiceState, { path, hash, at }: FileContent, state: State): Verdict {
  const { name, installation, broken } = service
  const open = { outcome: 'open', service: name } as const
  if (!installation || installation.files.get(path) !== hash)
    return { ...open, message: `The packages of ${path} are not looked at yet.` }
  if (installation.status === 'running')
    return { ...open, message: `The packages of ${path} are being installed for ${name}.` }
  if (installation.status === 'failed' || (broken && broken.at >= at)) return failureOf(service, state)
  if (!hasInstalled(service, installation))
    return { ...open, message: `${name} has not started with the packages of ${path}.` }
  return { outcome: 'yes', message: `${path} is served by ${name}.` }
}

function failureOf(service: ServiceState, state: State): Verdict {
  const { why = 'it does not say why', cure = 'npm run doctor' } = phase(service, state)
  return { outcome: 'no', service: service.name, message: `${service.name}: ${why}`, cure }
}

function isDeployed({ path, at, brought }: FileContent, state: State): Verdict {
  const { first = 0, round, rendered } = state
  const open = { outcome: 'open', message: `${path} has not been deployed.` } as const
  // The first round rendered what was there; after it, each save of the model is rendered by itself.
  const isRendered = (brought === 'settings' || brought === 'model') && at + QUIET > first
  // Settings are read by each render; of the model, a render for the settings has what was loaded before.
  if (isRendered && (!rendered || (brought === 'model' ? rendered.loaded : rendered.began) < at)) return open
  if (isRendered && rendered?.error)
    return { outcome: 'no', message: rendered.error, cure: 'correct it and save it' }
  // What comes of it may be what came of it before, and was deployed.
  const since = isRendered ? (rendered?.made ?? 0) : at + QUIET
  if (!round || round.began < since) return open
  // The smoke test, with which the round ends, is about more than this file: isWell waits for it.
  if (round.status === 'succeeded' || isInPlace(state))
    return { outcome: 'yes', message: `${path} is deployed.` }
  if (round.status === 'running') return open
  return {
    outcome: 'no',
    message: `The deployment failed: ${round.why ?? 'it does not say why'}`,
    cure: 'npm run doctor',
  }
}
