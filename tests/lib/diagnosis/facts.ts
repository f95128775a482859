import type { Container, Event, Facts, Line, Pod } from '../../../lib/diagnosis/facts.ts'
import { MAIN } from '../../k8s/main-stack.ts'

export const NOW = Date.parse('2026-01-01T12:00:00Z')
export const ago = (seconds: number) => NOW - seconds * 1000

/** A cluster on which nothing is deployed, and all is well. */
export function facts(change: Partial<Facts> = {}): Facts {
  return {
    stack: MAIN,
    context: 'minikube',
    namespace: 'todo',
    now: NOW,
    nodes: [{ name: 'minikube', ready: true, message: '', pressures: [] }],
    dnsReady: true,
    workloads: [],
    pods: [],
    claims: [],
    events: [],
    services: ['backend', 'postgres', 'assistant-stub'],
    fronts: [],
    drift: [],
    databasePort: 5432,
    keys: new Map(),
    ...change,
  }
}

/** A container that has run well for an hour. */
export function container(change: Partial<Container> = {}): Container {
  return {
    name: 'backend',
    init: false,
    image: 'todo-backend:1',
    ready: true,
    started: true,
    state: { is: 'running', since: ago(3600) },
    last: undefined,
    memoryLimit: undefined,
    probes: { readiness: { asks: 'GET :8000/health/ready', patience: 6_000 } },
    answer: undefined,
    lines: [],
    linesBefore: [],
    ...change,
  }
}

/** A pod of the backend that is as ready as its containers. */
export function pod(containers: readonly Container[], change: Partial<Pod> = {}): Pod {
  return {
    name: 'backend-1',
    workload: 'deployment/backend',
    phase: 'Running',
    node: 'minikube',
    ready: containers.every(({ ready, init }) => ready || init),
    readySince: ago(3600),
    evicted: undefined,
    unschedulable: undefined,
    claims: [],
    containers,
    ...change,
  }
}

export function lines(text: string, seconds = 1): Line[] {
  return text.split('\n').map((line) => ({ at: ago(seconds), text: line }))
}

/** A container that ended a second ago, having said this. */
export function ended(text: string, change: Partial<Container> = {}, code = 1): Container {
  return container({
    ready: false,
    started: false,
    state: { is: 'ended', code, reason: 'Error', message: '', at: ago(1) },
    lines: text ? lines(text) : [],
    ...change,
  })
}

export function waiting(reason: string, message = ''): Container {
  return container({ ready: false, started: false, state: { is: 'waiting', reason, message } })
}

export function event(reason: string, message: string, change: Partial<Event> = {}): Event {
  return { about: 'Pod/backend-1', container: 'backend', reason, message, at: ago(1), ...change }
}
