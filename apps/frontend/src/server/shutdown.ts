import type { ServerResponse } from 'node:http'
import { log } from './log.ts'

/** How long clients are asked to reconnect before the server stops listening, and when it ends at the latest, in ms. */
const farewell = 2_000
const limit = 18_000

let draining = false

/** Once SIGTERM has come, each answer asks its client to connect anew. */
export function closeWhenDraining(response: ServerResponse): void {
  if (draining) response.shouldKeepAlive = false
}

/**
 * Puts a farewell before Next's own answer to SIGTERM, which closes idle connections at once and so resets those
 * that are just about to be used again. Ends with exit code 0, or 1 when requests are still open at the limit.
 */
export function drainOnSigterm(): void {
  const stopServer = process.listeners('SIGTERM')
  process.removeAllListeners('SIGTERM')
  process.once('SIGTERM', (signal) => {
    draining = true
    log('info', 'Shutting down')
    setTimeout(() => {
      for (const stop of stopServer) stop(signal)
    }, farewell)
    setTimeout(() => {
      log('warning', `Requests were still open ${limit / 1_000} s after SIGTERM`)
      process.exit(1)
    }, limit).unref()
  })
  // Next ends with 143 however orderly it was.
  process.once('exit', (code) => {
    if (draining && code === 128 + 15) process.exitCode = 0
  })
}
