import type { EventObject, PodObject } from '../../../lib/cluster/objects.ts'

/** A small deployment with one thing wrong with it, or nothing. */
export interface Case {
  readonly objects: readonly object[]
  /** Of its namespace. */
  readonly labels?: Readonly<Record<string, string>>
  /** What the diagnosis has to call it. */
  readonly cause: string
  readonly where: string
  readonly message: RegExp
  readonly cure: RegExp
  /** Whether anybody who asks the API sees by now that something is wrong. */
  readonly visible: (pods: readonly PodObject[], events: readonly EventObject[]) => boolean
}

export const PYTHON = 'python:3.13-slim'
export const NODE = 'node:24-slim'
export const POSTGRES = 'postgres:17'

export interface Container {
  readonly image?: string
  readonly command?: readonly string[]
  readonly [field: string]: unknown
}

/** A container that asks for next to nothing and runs for ever, unless told otherwise. */
export function container(name: string, { image = PYTHON, ...fields }: Container = {}) {
  return {
    name,
    image,
    imagePullPolicy: 'IfNotPresent',
    command: ['sleep', 'infinity'],
    resources: { requests: { cpu: '5m', memory: '8Mi' } },
    ...fields,
  }
}

export const python = (program: string, fields: Container = {}): Container => ({
  image: PYTHON,
  command: ['python', '-u', '-c', program],
  ...fields,
})

export const node = (program: string, fields: Container = {}): Container => ({
  image: NODE,
  command: ['node', '-e', program],
  ...fields,
})

export const shell = (script: string, fields: Container = {}): Container => ({
  command: ['sh', '-c', script],
  ...fields,
})

/** A pod spec of one container, which has the pod's name. */
export function spec(name: string, main: Container, fields: Record<string, unknown> = {}) {
  return {
    terminationGracePeriodSeconds: 0,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    containers: [container(name, main)],
    ...fields,
  }
}

export function pod(name: string, main: Container, fields: Record<string, unknown> = {}) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: name } },
    spec: spec(name, main, fields),
  }
}

export function deployment(
  name: string,
  main: Container,
  fields: Record<string, unknown> = {},
  above: Record<string, unknown> = {},
) {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: spec(name, main, fields) },
      ...above,
    },
  }
}

export function service(name: string, port: number) {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { selector: { app: name }, ports: [{ port }] },
  }
}

/** A readiness probe that gives up soon. */
export const ready = (path: string, port = 8000) => ({
  httpGet: { path, port },
  periodSeconds: 1,
  failureThreshold: 2,
})

/** An HTTP server that gives every request this answer. */
export const answering = (status: number, body: string) =>
  `require('http').createServer((_, answer) => { answer.statusCode = ${status}; answer.end(${JSON.stringify(body)}) }).listen(8000)`

type Visible = Case['visible']

/** A container waits for one of these reasons. */
export const waits =
  (...reasons: string[]): Visible =>
  (pods) =>
    statuses(pods).some(({ state }) => reasons.includes(state?.waiting?.reason ?? ''))

/** A container has ended badly. */
export const ended: Visible = (pods) =>
  statuses(pods).some(({ state, lastState }) =>
    [state?.terminated, lastState?.terminated].some((end) => end !== undefined && end.exitCode !== 0),
  )

/** So many events of this reason have come, or as many repetitions of one. */
export const happened =
  (reason: string, times = 1): Visible =>
  (_, events) =>
    events
      .filter((event) => event.reason === reason)
      .reduce((sum, event) => sum + ((event as { count?: number }).count ?? 1), 0) >= times

/** No node takes a pod. */
export const unscheduled: Visible = (pods) =>
  pods.some(({ status }) => status.conditions?.some(({ reason }) => reason === 'Unschedulable'))

function statuses(pods: readonly PodObject[]) {
  return pods.flatMap(({ status }) => [
    ...(status.initContainerStatuses ?? []),
    ...(status.containerStatuses ?? []),
  ])
}
