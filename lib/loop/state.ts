import { type Finding, withoutKind, workloadOf } from '../diagnosis/finding.ts'
import type { LogLine } from '../runtimes/log-line.ts'
import type { Installation, LoopEvent, Status } from './event.ts'
import type { Member } from './member.ts'

interface Step {
  readonly status: Status
  readonly why?: string
}

export interface ServiceState extends Member {
  readonly build?: Step
  readonly sync?: Step
  readonly rollout?: Step
  /** Of its packages, the last that was begun. */
  readonly installation?: Installation
  /** Those that the code has that is served, by the name that it tells. */
  readonly packages?: string | undefined
  /** Pods that are not ending: name → ready. */
  readonly pods: ReadonlyMap<string, boolean>
  /** Pods that are ending, and may still answer. */
  readonly ending: ReadonlySet<string>
  readonly findings: readonly Finding[]
  /** Why the saved code cannot be started, and when that was tried. */
  readonly broken?: { readonly why: string; readonly at: number } | undefined
  /** SHA-256 of saved files, by path, as the code has them that is served; of those that its reloader tells of. */
  readonly loaded: ReadonlyMap<string, string>
  /** When the code that is served began to be read. */
  readonly reading?: number
  /** When the newest round began that had begun before: what was saved until then, a pod of its image has. */
  readonly covers?: number
  /** Saved, and not served yet as far as we know. */
  readonly saved?: { readonly path: string; readonly at: number } | undefined
  /** The last save that was served, and how long after it. */
  readonly live?: { readonly path: string; readonly at: number; readonly milliseconds: number }
}

export interface State {
  readonly services: readonly ServiceState[]
  /** The round of the loop that runs, or ran last, when it began, and since when it is so; undefined before the first. */
  readonly round: (Step & { readonly began: number; readonly since: number }) | undefined
  /** When the first round began, which deployed what was there. */
  readonly first?: number
  /** When the model was rendered last and read for it, when that last made a difference, and why it could not be. */
  readonly rendered?: {
    readonly began: number
    readonly loaded: number
    readonly made: number
    readonly error?: string
  }
  readonly deploy?: Step
  /** Whether what the last deployment has applied is what runs, but for pods that are ending. */
  readonly rolledOut: boolean
  readonly smokeFailed: boolean
  /** In a pause: the services at which what is saved waits. */
  readonly paused?: readonly string[] | undefined
  /** What is wrong with no single service: a node, a quota. */
  readonly findings: readonly Finding[]
}

/** A save that nothing reloaded for must not make the next one look slow. */
const FORGOTTEN_AFTER_MS = 10_000

export function initialState(members: readonly Member[]): State {
  return {
    services: members.map(unknown),
    round: undefined,
    rolledOut: false,
    smokeFailed: false,
    findings: [],
  }
}

function unknown(member: Member): ServiceState {
  return { ...member, pods: new Map(), ending: new Set(), findings: [], loaded: new Map() }
}

/** The state after one event. Events about what is not in the state change nothing. */
export function reduce(state: State, event: LoopEvent): State {
  const each = (
    concerned: (service: ServiceState) => boolean,
    change: (service: ServiceState) => Partial<ServiceState>,
  ) => ({
    ...state,
    services: state.services.map((service) =>
      concerned(service) ? { ...service, ...change(service) } : service,
    ),
  })
  const one = (wanted: string, change: (service: ServiceState) => Partial<ServiceState>) =>
    each(({ name }) => name === wanted, change)
  switch (event.kind) {
    case 'round': {
      const began = event.status === 'running' ? event.at : (state.round?.began ?? event.at)
      return { ...state, first: state.first ?? began, round: { ...step(event), began, since: event.at } }
    }
    case 'rendered':
      return {
        ...state,
        rendered: {
          began: event.began,
          loaded: event.loaded ?? event.began,
          made: event.made,
          ...(event.error === undefined ? {} : { error: event.error }),
        },
      }
    case 'deploy': {
      const after = { ...state, deploy: step(event) }
      if (event.status !== 'running') return after
      // Only what could be built is deployed, and Skaffold does not say that it found an image built before.
      const services = after.services.map(({ build: _, rollout: __, ...service }) => service)
      return { ...after, services, rolledOut: false, smokeFailed: false }
    }
    case 'build':
    case 'sync':
      return each(
        ({ image }) => image === event.image,
        () => ({ [event.kind]: step(event) }),
      )
    case 'rollout':
      return one(event.workload, () => ({ rollout: step({ ...event, error: event.message }) }))
    case 'pod':
      return one(event.service, ({ pods }) => ({ pods: new Map(pods).set(event.pod, event.ready) }))
    case 'pod gone':
      return one(event.service, (service) => afterPod(service, event))
    case 'pod ended':
      return one(event.service, ({ ending }) => ({
        ending: new Set([...ending].filter((pod) => pod !== event.pod)),
      }))
    case 'findings': {
      const owner = (finding: Finding) => state.services.find(({ name }) => concerns(finding, name))
      return {
        ...each(
          () => true,
          (service) => ({ findings: event.findings.filter((finding) => owner(finding) === service) }),
        ),
        findings: event.findings.filter((finding) => !owner(finding)),
      }
    }
    case 'packages':
      return each(
        ({ name }) => event.services.includes(name),
        (service) => ({ installation: event, ...afterInstallation(service, event) }),
      )
    case 'saved':
      return each(
        ({ name }) => event.services.includes(name),
        // The next word of its server tells whether it is still broken.
        ({ saved }) => ({ saved: { path: event.path, at: firstOf(saved, event.at) }, broken: undefined }),
      )
    case 'log':
      // Most lines are none, and nobody has to look at a state anew that is the same.
      if (event.line.news === undefined) return state
      return one(event.service, (service) => afterNews(service, event, state.round?.began))
    case 'looked':
      return one(event.service, (service) => ({
        ...served(service, event.at),
        loaded: new Map(service.loaded).set(event.path, event.hash),
      }))
    case 'joined':
      return { ...state, services: [...state.services, ...event.members.map(unknown)] }
    case 'left':
      return { ...state, services: state.services.filter(({ name }) => !event.names.includes(name)) }
    case 'rolled out':
      return { ...state, rolledOut: true }
    case 'pause': {
      // What waited is as old as the end of that.
      const resumed = each(
        ({ saved }) => event.services === undefined && saved !== undefined,
        ({ saved }) => ({ saved: saved && { ...saved, at: event.at } }),
      )
      return { ...resumed, paused: event.services }
    }
    case 'smoke':
      return { ...state, smokeFailed: !event.passed }
    case 'applied':
    case 'image missing':
    case 'note':
    case 'telemetry':
      return state
  }
}

function afterPod(
  { pods, ending }: ServiceState,
  gone: Extract<LoopEvent, { kind: 'pod gone' }>,
): Partial<ServiceState> {
  const left = new Map([...pods].filter(([pod]) => pod !== gone.pod))
  return {
    pods: left,
    ...(gone.ending ? { ending: new Set(ending).add(gone.pod) } : {}),
    // Where nothing answers, nothing is served.
    ...(left.size > 0 ? {} : { loaded: new Map(), reading: 0, packages: undefined }),
  }
}

function afterInstallation(service: ServiceState, event: Installation): Partial<ServiceState> {
  const { status, files, at } = event
  if (status === 'running')
    return { saved: { path: [...files.keys()].at(-1) ?? '', at: firstOf(service.saved, at) } }
  if (status === 'failed') return { saved: undefined }
  return hasInstalled(service, event) ? served(service, at) : {}
}

/** @param round when the newest one began */
function afterNews(
  service: ServiceState,
  { line, at }: Extract<LoopEvent, { kind: 'log' }>,
  round: number | undefined,
): Partial<ServiceState> {
  // The reading of the code that the line tells of.
  const began = (line.time ?? at) - (line.took ?? 0)
  const isLive = line.news === 'live'
  return {
    ...(line.news === 'broken'
      ? { broken: { why: line.text, at: began }, saved: undefined }
      : {
          ...(isLate(service, line) ? {} : served(service, at)),
          reading: Math.max(service.reading ?? 0, began),
        }),
    ...(line.packages === undefined ? {} : { packages: line.packages }),
    ...(isLive && round !== undefined && began >= round ? { covers: round } : {}),
    // What starts rather than reloads has read everything anew: its time tells.
    loaded: new Map([
      ...(isLive && !line.loaded ? [] : service.loaded),
      ...Object.entries(line.loaded ?? {}),
    ]),
  }
}

/** Whether what is served has the packages that were installed. */
export function hasInstalled({ packages }: ServiceState, installation: Installation): boolean {
  return installation.packages === undefined || installation.packages === packages
}

/** Whether what is told is of a server before that with the packages that are, or were, installed. */
function isLate({ installation, packages: served }: ServiceState, { packages }: LogLine): boolean {
  if (!installation || installation.status === 'failed' || packages !== undefined) return false
  const { status, packages: wanted = served } = installation
  return status === 'running' || (served !== undefined && served !== wanted)
}

function step({ status, error }: { status: Status; error?: string | undefined }): Step {
  return { status, ...(error ? { why: error } : {}) }
}

/** Of several saves that are served at once the first counts. */
function firstOf(before: ServiceState['saved'], at: number): number {
  return before && at - before.at < FORGOTTEN_AFTER_MS ? before.at : at
}

function served({ saved }: ServiceState, at: number): Partial<ServiceState> {
  if (!saved) return { broken: undefined }
  return {
    broken: undefined,
    saved: undefined,
    live: { path: saved.path, at, milliseconds: Math.max(0, Math.round(at - saved.at)) },
  }
}

/** A workload has the name of its service. */
function concerns({ where }: Finding, name: string): boolean {
  return withoutKind(workloadOf(where)) === name
}
