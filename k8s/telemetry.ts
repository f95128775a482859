import type { Settings } from './model/stack.ts'

/** Somebody waits to see it: milliseconds between two lines, and the most that stands in one. */
const SOON = {
  OTEL_BSP_SCHEDULE_DELAY: '500',
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '64',
  OTEL_METRIC_EXPORT_INTERVAL: '10000',
}

/**
 * What a program that sends traces and metrics is told, in the words of
 * https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 *
 * @param inLoop in the loop, which follows each program's standard output, they are lines of that, whoever else gathers them
 * @returns environment variables; none where nobody gathers them
 */
export function telemetry({ collector }: Settings, inLoop: boolean): Readonly<Record<string, string>> {
  const exporters = [...(collector === undefined ? [] : ['otlp']), ...(inLoop ? ['otlp/stdout'] : [])].join()
  if (!exporters) return {}
  return {
    OTEL_TRACES_EXPORTER: exporters,
    OTEL_METRICS_EXPORTER: exporters,
    ...(inLoop ? SOON : {}),
    ...(collector === undefined
      ? {}
      : { OTEL_EXPORTER_OTLP_ENDPOINT: collector, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }),
  }
}
