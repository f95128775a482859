import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { Service } from '../k8s/services.ts'
import { Refusal } from '../shell/refusal.ts'
import type { LoopEvent } from './event.ts'
import type { Pods } from './pods.ts'

/** What a browser's `localhost` may mean. */
const LOOPBACK = ['127.0.0.1', '::1']
/** Milliseconds that a connection waits for a pod: longer than a rollout's gap, shorter than a person's patience. */
const PATIENCE = 30_000
/** Milliseconds until the next attempt. */
const PAUSE = 100

/** One way into one pod: a kubectl and the port of this machine that it opened. */
interface Tunnel {
  readonly pod: string
  readonly child: ChildProcess
  /** Undefined when kubectl ended without one. */
  readonly port: Promise<number | undefined>
}

/**
 * Keeps the port of a service open on this machine, whatever becomes of its pods: a connection made during a rollout
 * waits for the next pod. Skaffold's own forward is down from the start of each redeployment to the end of its smoke test.
 *
 * @param signal closes it
 * @returns what has to hear of each pod that is ready or goes
 * @throws Refusal when something else listens on that port
 */
export async function keepForwarded(
  { name, port }: Service,
  { kubectl, context, namespace }: Pods,
  signal: AbortSignal,
): Promise<(event: LoopEvent) => void> {
  let tunnel: Tunnel | undefined
  const ready = new Set<string>()
  const open = (pod: string): Tunnel => {
    const words = ['--context', context, '--namespace', namespace, 'port-forward', `pod/${pod}`, `:${port}`]
    const child = spawn(kubectl, [...words, '--address=127.0.0.1'], { stdio: ['ignore', 'pipe', 'ignore'] })
    const opened = { pod, child, port: portOf(child) }
    child.once('close', () => {
      // It ends with its pod, and when a connection to it breaks: the pod that is ready now is the one to lead to.
      if (tunnel !== opened) return
      tunnel = undefined
      setTimeout(() => {
        const next = [...ready].at(-1)
        if (next && !tunnel && !signal.aborted) tunnel = open(next)
      }, PAUSE)
    })
    return opened
  }
  signal.addEventListener('abort', () => tunnel?.child.kill())

  const lead = async (socket: Socket) => {
    const deadline = Date.now() + PATIENCE
    socket.on('error', () => socket.destroy())
    while (!socket.destroyed && Date.now() < deadline && !signal.aborted) {
      const upstream = await reach(tunnel)
      if (upstream) return void join(socket, upstream)
      await new Promise((resolve) => setTimeout(resolve, PAUSE))
    }
    socket.destroy()
  }
  const servers = await Promise.all(LOOPBACK.map((host) => listen(host, port, (socket) => void lead(socket))))
  signal.addEventListener('abort', () => {
    for (const server of servers) server?.close()
  })

  return (event) => {
    if (event.kind !== 'pod' && event.kind !== 'pod gone') return
    if (event.service !== name) return
    ready.delete(event.pod)
    if (event.kind === 'pod' && event.ready) ready.add(event.pod)
    const newest = [...ready].at(-1)
    if (!newest || tunnel?.pod === newest || signal.aborted) return
    const old = tunnel
    tunnel = open(newest)
    void tunnel.port.then(() => old?.child.kill())
  }
}

async function reach(tunnel: Tunnel | undefined): Promise<Socket | undefined> {
  const port = await tunnel?.port
  if (port === undefined) return undefined
  try {
    const upstream = connect(port, '127.0.0.1')
    await once(upstream, 'connect')
    return upstream
  } catch {
    return undefined
  }
}

function join(one: Socket, other: Socket): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.on('error', () => to.destroy())
    from.on('close', () => to.destroy())
    from.pipe(to)
  }
}

/** @returns the port that kubectl chose */
async function portOf({ stdout }: ChildProcess): Promise<number | undefined> {
  if (!stdout) return undefined
  for await (const line of createInterface({ input: stdout })) {
    const [, port] = /^Forwarding from 127\.0\.0\.1:(\d+)/.exec(line) ?? []
    if (port) return Number(port)
  }
  return undefined
}

/** @returns undefined where this machine has no such address @throws Refusal when the port is taken */
async function listen(
  host: string,
  port: number,
  accept: (socket: Socket) => void,
): Promise<Server | undefined> {
  const server = createServer(accept)
  try {
    server.listen(port, host)
    await once(server, 'listening')
    return server
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT') return undefined
    throw new Refusal(
      `Port ${port} of this machine is taken, and the loop forwards it.`,
      `end what listens there; this names it: lsof -i :${port} (or: ss -ltnp 'sport = :${port}')`,
    )
  }
}
