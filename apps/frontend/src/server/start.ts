import { subscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { noteClientAddress } from './client-address.ts'
import type { Exporter } from './open-telemetry.ts'
import { nameAndLog } from './request-log.ts'
import { settings } from './settings.ts'
import { closeWhenDraining, drainOnSigterm } from './shutdown.ts'
import { traceBy } from './telemetry.ts'

interface RequestStart {
  request: IncomingMessage
  response: ServerResponse
}

/** Checks the settings and hooks into the HTTP server that Next keeps to itself. Ends the process when a setting is missing. */
export async function start(): Promise<void> {
  try {
    settings()
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
    process.exit(1)
  }
  await startTelemetry()
  subscribe('http.server.request.start', (message) => {
    const { request, response } = message as RequestStart
    noteClientAddress(request, settings().trustedProxies)
    nameAndLog(request, response)
    closeWhenDraining(response)
  })
  if (process.env.NODE_ENV === 'production') drainOnSigterm()
}

/** Where OpenTelemetry's variables ask for it. What does it is loaded only then. */
async function startTelemetry(): Promise<void> {
  const traces = exportersIn('OTEL_TRACES_EXPORTER')
  const metrics = exportersIn('OTEL_METRICS_EXPORTER')
  if (traces.length + metrics.length === 0) return
  const { openTelemetry } = await import('./open-telemetry.ts')
  traceBy(openTelemetry(traces, metrics))
}

/** @param variable names some, separated by commas */
function exportersIn(variable: string): Exporter[] {
  const names = (process.env[variable] ?? '').split(',').map((name) => name.trim())
  return (['otlp', 'otlp/stdout'] as const).filter((name) => names.includes(name))
}
