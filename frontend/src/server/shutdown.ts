import type { Server, ServerResponse } from 'node:http'
import { log } from './log.ts'

const drainLimit = 18_000

let draining = false

/** Lets a busy keep-alive connection end with the answer being written, once SIGTERM has come. */
export function closeWhenDraining(server: Server, response: ServerResponse): void {
  if (!draining) return
  response.shouldKeepAlive = false
  response.once('finish', () => server.closeIdleConnections())
}

/** Next drains on SIGTERM; this bounds it to 18 s and makes the orderly end exit with 0. */
export function drainOnSigterm(): void {
  process.once('SIGTERM', () => {
    draining = true
    log('info', 'Shutting down')
    setTimeout(() => {
      log('warning', 'Requests were still open after 18 s')
      process.exit(1)
    }, drainLimit).unref()
  })
  process.once('exit', (code) => {
    if (draining && code === 128 + 15) process.exitCode = 0
  })
}
