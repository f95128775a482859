import { subscribe } from 'node:diagnostics_channel'

/**
 * Loaded into the server of `next dev`, which by itself cuts off at SIGTERM whoever waits for an answer. This way it ends once
 * nobody has waited for a moment, in which the endpoints of a Service forget a pod that ends, or when patience is over.
 */
const QUIET_MS = 300
/** For answers that have begun: a stream has no end. */
const STREAMS_MS = 4_000
/** For those that have not: beside its successor's start, it may be a page's first compilation. Below what k8s/pod.ts gives. */
const ANSWERS_MS = 25_000

const open = new Set()
let quietSince = 0

subscribe('http.server.request.start', ({ response }) => {
  open.add(response)
  response.once('close', () => {
    open.delete(response)
    quietSince = Date.now()
  })
})

process.once('SIGTERM', () => {
  const told = Date.now()
  quietSince = told
  setInterval(() => {
    const since = Date.now() - told
    const isQuiet = open.size === 0 && Date.now() - quietSince >= QUIET_MS
    const onlyStreams = [...open].every(({ headersSent }) => headersSent)
    if (isQuiet || since >= (onlyStreams ? STREAMS_MS : ANSWERS_MS)) process.exit(143)
  }, 20)
})
