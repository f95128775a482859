import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { LOOPBACK, lacksAddress } from '../shell/loopback.ts'
import { Refusal } from '../shell/refusal.ts'
import type { LoopEvent } from './event.ts'
import { openTunnel, type PodAddress, type PodPort, type Tunnel } from './tunnel.ts'

/** Milliseconds that a connection waits for a pod: longer than a rollout's gap, shorter than a person's patience. */
const PATIENCE = 30_000
/** Milliseconds until the next attempt. */
const PAUSE = 100
/** Milliseconds of silence after which a tunnel has to show that it still leads somewhere. */
const TRUSTED = 5_000

/**
 * Keeps the port of a service open on this machine, whatever becomes of its pods: a connection made during a rollout
 * waits for the next pod. Skaffold's own forward is down from the start of each redeployment to the end of its smoke test.
 *
 * @param signal closes it
 * @returns what has to hear of each pod that is ready or goes
 * @throws Refusal when something else listens on that port
 */
export async function keepForwarded(
  service: PodPort,
  way: PodAddress,
  signal: AbortSignal,
): Promise<(event: LoopEvent) => void> {
  let tunnel: Tunnel | undefined
  let check: Promise<void> | undefined
  const ready = new Set<string>()
  const open = (pod: string): Tunnel => {
    const opened = openTunnel(service, way, pod)
    signal.addEventListener('abort', opened.close)
    void opened.ended.then(() => {
      signal.removeEventListener('abort', opened.close)
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

  /** Puts another tunnel in place of one through which nothing comes while something comes through the other. */
  const examine = async (doubted: Tunnel) => {
    if ((await doubted.answers()) || signal.aborted) return
    const other = open(doubted.pod)
    // A program that is busy answers neither, and both when it is done: the first, which has connections, stays.
    if ((await other.answers()) && !(await doubted.answers()) && tunnel === doubted) {
      tunnel = other
      return doubted.close()
    }
    other.close()
    doubted.trustedAt = Date.now()
  }
  const doubt = (doubted: Tunnel): Promise<void> => {
    if (tunnel !== doubted || signal.aborted || Date.now() - doubted.trustedAt < TRUSTED)
      return Promise.resolve()
    check ??= examine(doubted).finally(() => {
      check = undefined
    })
    return check
  }

  const lead = async (socket: Socket) => {
    const deadline = Date.now() + PATIENCE
    socket.on('error', () => socket.destroy())
    while (!socket.destroyed && Date.now() < deadline && !signal.aborted) {
      if (tunnel) await doubt(tunnel)
      const through = tunnel
      const upstream = through && (await through.reach())
      if (upstream) return join(socket, upstream, through, () => void doubt(through))
      await new Promise((resolve) => setTimeout(resolve, PAUSE))
    }
    socket.destroy()
  }
  const servers = await listenOnAll(service.port, (socket) => void lead(socket))
  signal.addEventListener('abort', () => {
    for (const server of servers) server.close()
  })

  return (event) => {
    if (event.kind !== 'pod' && event.kind !== 'pod gone') return
    if (event.service !== service.name) return
    // One that is told of again keeps its place.
    if (event.kind === 'pod' && event.ready) ready.add(event.pod)
    else ready.delete(event.pod)
    const newest = [...ready].at(-1)
    if (!newest || tunnel?.pod === newest || signal.aborted) return
    const old = tunnel
    tunnel = open(newest)
    void tunnel.port.then(() => old?.retire())
  }
}

/** @param silent is called when what was sent stays without an answer */
function join(socket: Socket, upstream: Socket, tunnel: Tunnel, silent: () => void): void {
  let alarm: NodeJS.Timeout | undefined
  upstream.on('data', () => {
    tunnel.trustedAt = Date.now()
    clearTimeout(alarm)
    alarm = undefined
  })
  socket.on('data', () => {
    alarm ??= setTimeout(silent, TRUSTED)
  })
  upstream.on('close', () => clearTimeout(alarm))
  for (const [from, to] of [
    [socket, upstream],
    [upstream, socket],
  ] as const) {
    from.on('error', () => to.destroy())
    from.on('close', () => to.destroy())
    from.pipe(to)
  }
}

/** @throws Refusal when one of the addresses is taken, and then listens on none */
async function listenOnAll(port: number, accept: (socket: Socket) => void): Promise<readonly Server[]> {
  const attempts = await Promise.allSettled(LOOPBACK.map((host) => listen(host, port, accept)))
  const servers = attempts.flatMap((attempt) => (attempt.status === 'fulfilled' ? (attempt.value ?? []) : []))
  for (const attempt of attempts)
    if (attempt.status === 'rejected') {
      for (const server of servers) server.close()
      throw attempt.reason
    }
  return servers
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
    if (lacksAddress(error)) return undefined
    throw new Refusal(
      `Port ${port} of this machine is taken, and the loop forwards it.`,
      `end what listens there; this names it: lsof -i :${port} (or: ss -ltnp 'sport = :${port}')`,
    )
  }
}
