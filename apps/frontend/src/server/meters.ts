import type { Attributes } from '@opentelemetry/api'
import { type ExportResult, ExportResultCode } from '@opentelemetry/core'
import { JsonMetricsSerializer } from '@opentelemetry/otlp-transformer'
import type { Resource } from '@opentelemetry/resources'
import {
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics'
import type { Telemetry } from './telemetry.ts'

/** Milliseconds, as OpenTelemetry has it where its variable says nothing. */
const usualInterval = 60_000
/** Seconds, as https://opentelemetry.io/docs/specs/semconv/http/http-metrics/ has them. */
const boundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]
const text = new TextDecoder()

export interface Meters {
  readonly noteRequest: (seconds: number, attributes: Attributes) => void
  readonly watchConnections: Telemetry['watchConnections']
  readonly flush: () => Promise<void>
}

/** Metrics by the SDK of OpenTelemetry. @param ways what takes them, as OTLP has them in JSON */
export function openMeters(
  resource: Resource,
  service: string,
  ways: readonly ((metrics: string) => void)[],
): Meters {
  const exportIntervalMillis = Number(process.env.OTEL_METRIC_EXPORT_INTERVAL) || usualInterval
  const readers = ways.map(
    (write) => new PeriodicExportingMetricReader({ exporter: exporterTo(write), exportIntervalMillis }),
  )
  const provider = new MeterProvider({ resource, readers })
  const meter = provider.getMeter(service)
  const durations = meter.createHistogram('http.server.request.duration', {
    unit: 's',
    advice: { explicitBucketBoundaries: boundaries },
  })
  return {
    noteRequest: (seconds, attributes) => durations.record(seconds, attributes),
    watchConnections: (look) =>
      meter
        .createObservableUpDownCounter('db.client.connection.count', { unit: '{connection}' })
        .addCallback((seen) => {
          for (const [state, count] of Object.entries(look()))
            seen.observe(count, { 'db.client.connection.state': state })
        }),
    flush: () => provider.forceFlush(),
  }
}

function exporterTo(write: (metrics: string) => void): PushMetricExporter {
  return {
    export: (metrics: ResourceMetrics, done: (result: ExportResult) => void) => {
      const bytes = JsonMetricsSerializer.serializeRequest(metrics)
      if (bytes) write(text.decode(bytes))
      done({ code: ExportResultCode.SUCCESS })
    },
    forceFlush: async () => undefined,
    shutdown: async () => undefined,
  }
}
