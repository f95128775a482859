import { z } from 'zod'
import { readJson } from '../shell/json.ts'

/** How such a line begins: parsing every line of a log would cost more. */
const BEGIN = /^\{"resource(Spans|Metrics)":\[/

const telemetry = z.looseObject({
  resourceSpans: z.array(z.unknown()).optional(),
  resourceMetrics: z.array(z.unknown()).optional(),
})

/** Traces or metrics, as https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding writes them. */
export type Telemetry = z.infer<typeof telemetry>

/**
 * @param raw a line of a program
 * @returns what it wrote for whoever gathers traces and metrics, and not for people, as
 *   https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/ has it; undefined for every other line
 */
export function telemetryIn(raw: string): Telemetry | undefined {
  return BEGIN.test(raw) ? telemetry.safeParse(readJson(raw)).data : undefined
}
