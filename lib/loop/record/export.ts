import { type Attributes, LOOP, type Span } from './kinds.ts'

/** @returns the spans as OTLP has them in JSON, an object for each service */
export function toTelemetry(spans: readonly Span[]): object {
  const services = [...new Set(spans.map(({ service }) => service))]
  return {
    resourceSpans: services.map((service) => ({
      resource: { attributes: attributesOf({ 'service.name': service }) },
      scopeSpans: [
        { scope: { name: LOOP }, spans: spans.filter((span) => span.service === service).map(spanOf) },
      ],
    })),
  }
}

/** @returns saves and deployments for https://ui.perfetto.dev, a track for each service: Chrome's trace event format */
export function toTimeline(moves: readonly Span[]): object {
  const tracks = [...new Set(moves.map(trackOf))]
  return {
    displayTimeUnit: 'ms',
    traceEvents: [
      ...tracks.map((name, index) => ({
        ...{ ph: 'M', name: 'thread_name', pid: 1, tid: index + 1 },
        args: { name },
      })),
      ...moves.map((span) => ({
        ...{ ph: 'X', name: span.name, cat: span.failed ? 'failed' : LOOP, pid: 1 },
        tid: tracks.indexOf(trackOf(span)) + 1,
        ...{ ts: span.at * 1000, dur: span.milliseconds * 1000, args: span.attributes },
      })),
    ],
  }
}

function trackOf({ attributes }: Span): string {
  return String(attributes.service ?? LOOP)
}

function spanOf({ traceId, spanId, parentId, name, at, milliseconds, failed, attributes }: Span): object {
  return {
    traceId,
    spanId,
    ...(parentId ? { parentSpanId: parentId } : {}),
    name,
    startTimeUnixNano: nanoseconds(at),
    endTimeUnixNano: nanoseconds(at + milliseconds),
    attributes: attributesOf(attributes),
    status: failed ? { code: 2 } : {},
  }
}

function nanoseconds(at: number): string {
  return String(BigInt(Math.round(at * 1000)) * 1000n)
}

function attributesOf(attributes: Attributes): object[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValueOf(value) }))
}

function anyValueOf(value: string | number | boolean): object {
  if (typeof value === 'boolean') return { boolValue: value }
  if (typeof value === 'string') return { stringValue: value }
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value }
}
