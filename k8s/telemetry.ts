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
 * @param inLoop in the loop, which follows each program's standard output, they are lines of that
 * @returns environment variables; none where nobody gathers them
 */
export function telemetry({ collector }: Settings, inLoop: boolean): Readonly<Record<string, string>> {
  const by = (exporter: string) => ({ OTEL_TRACES_EXPORTER: exporter, OTEL_METRICS_EXPORTER: exporter })
  if (collector !== undefined)
    return {
      ...by('otlp'),
      OTEL_EXPORTER_OTLP_ENDPOINT: collector,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    }
  return inLoop ? { ...by('otlp/stdout'), ...SOON } : {}
}
