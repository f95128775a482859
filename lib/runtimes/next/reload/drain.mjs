import { subscribe } from 'node:diagnostics_channel'

/**
 * Loaded into the server of `next dev`, which by itself cuts off at SIGTERM whoever waits for an answer. This way it ends once
 * nobody has waited for a moment, in which the endpoints of a Service forget a pod that ends, or when patience is over.
 */
const QUIET_MS = 300
/** Below the 5 s that a pod of the loop is given. */
const PATIENCE_MS = 4000

let waiting = 0
let quietSince = 0

subscribe('http.server.request.start', ({ response }) => {
  waiting += 1
  response.once('close', () => {
    waiting -= 1
    quietSince = Date.now()
  })
})

process.once('SIGTERM', () => {
  const told = Date.now()
  quietSince = told
  setInterval(() => {
    const isQuiet = waiting === 0 && Date.now() - quietSince >= QUIET_MS
    if (isQuiet || Date.now() - told >= PATIENCE_MS) process.exit(143)
  }, 20)
})
