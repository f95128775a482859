import { subscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { noteClientAddress } from './client-address.ts'
import { nameAndLog } from './request-log.ts'
import { settings } from './settings.ts'
import { closeWhenDraining, drainOnSigterm } from './shutdown.ts'

interface RequestStart {
  request: IncomingMessage
  response: ServerResponse
}

/** Checks the settings and hooks into the HTTP server that Next keeps to itself. Ends the process when a setting is missing. */
export function start(): void {
  try {
    settings()
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
    process.exit(1)
  }
  subscribe('http.server.request.start', (message) => {
    const { request, response } = message as RequestStart
    noteClientAddress(request, settings().trustedProxies)
    nameAndLog(request, response)
    closeWhenDraining(response)
  })
  if (process.env.NODE_ENV === 'production') drainOnSigterm()
}
