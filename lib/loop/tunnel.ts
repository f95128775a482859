import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { NamedProgram } from '../../k8s/services.ts'

/** Milliseconds until kubectl has opened a port, or is of no use. */
const OPENS_WITHIN = 15_000
/** Milliseconds until a program that is well has answered. */
const ANSWERS_WITHIN = 2_000

/** How to start one. */
export interface PodAddress {
  /** A kubectl that is found. */
  readonly kubectl: string
  readonly context: string
  readonly namespace: string
}

/** One way into one pod: a kubectl and the port of this machine that it opened. */
export interface Tunnel {
  readonly pod: string
  /** Undefined when kubectl ended without one. */
  readonly port: Promise<number | undefined>
  readonly ended: Promise<void>
  /** When something last came through it, or was found to lie with the pod, in milliseconds since 1970. */
  trustedAt: number
  /** Asks the pod's program through it whether it lives: kubectl accepts connections whatever became of the rest. */
  readonly answers: () => Promise<boolean>
  /** Makes a connection through it. @returns undefined where it leads nowhere */
  readonly reach: () => Promise<Socket | undefined>
  /** Closes it once the connections that were made through it are over: its pod still has answers to give. */
  readonly retire: () => void
  readonly close: () => void
}

/** A port of the pods of a service; without probes, one where nobody can be asked whether they live. */
export type PodPort = Pick<NamedProgram, 'name' | 'port'> & Partial<Pick<NamedProgram, 'probes'>>

export function openTunnel(
  { port, probes }: PodPort,
  { kubectl, context, namespace }: PodAddress,
  pod: string,
): Tunnel {
  const words = ['--context', context, '--namespace', namespace, 'port-forward', `pod/${pod}`, `:${port}`]
  const child = spawn(kubectl, [...words, '--address=127.0.0.1'], { stdio: ['ignore', 'pipe', 'ignore'] })
  const ended = new Promise<void>((resolve) =>
    child.once('error', () => resolve()).once('close', () => resolve()),
  )
  const close = () => void child.kill('SIGKILL')
  const opened = new Promise<number | undefined>((resolve) => {
    // Read to its end: it writes a line for each connection, and stands still when nobody takes them.
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [, local] = /^Forwarding from 127\.0\.0\.1:(\d+)/.exec(line) ?? []
      if (local) resolve(Number(local))
    })
    const alarm = setTimeout(close, OPENS_WITHIN)
    void ended.then(() => resolve(undefined))
    void ended.then(() => clearTimeout(alarm))
    child.stdout.once('data', () => clearTimeout(alarm))
  })
  const connections = new Set<Socket>()
  let retired = false
  const closeIfOver = () => {
    if (retired && connections.size === 0) close()
  }
  const tunnel: Tunnel = {
    pod,
    port: opened,
    ended,
    trustedAt: 0,
    answers: async () => {
      const local = await opened
      if (local === undefined || (probes && !(await isAnswered(local, probes.live)))) return false
      tunnel.trustedAt = Date.now()
      return true
    },
    reach: async () => {
      const local = await opened
      if (local === undefined) return undefined
      const connection = connect(local, '127.0.0.1')
      connections.add(connection)
      connection.once('close', () => {
        connections.delete(connection)
        closeIfOver()
      })
      try {
        await once(connection, 'connect')
        return connection
      } catch {
        return undefined
      }
    },
    retire: () => {
      retired = true
      closeIfOver()
    },
    close,
  }
  return tunnel
}

/** Whatever the answer is: an error of the program has come through too. */
function isAnswered(port: number, path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ host: '127.0.0.1', port, path, agent: false })
    const settle = (answer: boolean) => {
      clearTimeout(alarm)
      resolve(answer)
      asked.destroy()
    }
    const alarm = setTimeout(settle, ANSWERS_WITHIN, false)
    asked
      .once('response', () => settle(true))
      .on('error', () => settle(false))
      .end()
  })
}
