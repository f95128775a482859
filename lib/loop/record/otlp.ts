import { z } from 'zod'
import type { Attributes, MetricPoint, Span } from './kinds.ts'

// OTLP in JSON: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding

/** The last moment that has a date, in milliseconds since 1970. */
const LAST = 8.64e15
/** Nanoseconds since 1970; numbers of 64 bits come as texts. */
const nanoseconds = z
  .union([z.string(), z.number()])
  .transform((value) => Number(value) / 1e6)
  .refine((at) => at >= 0 && at <= LAST)
const anyValue = z.looseObject({
  stringValue: z.string().optional(),
  boolValue: z.boolean().optional(),
  intValue: z.union([z.string(), z.number()]).optional(),
  doubleValue: z.number().optional(),
  arrayValue: z.unknown().optional(),
  kvlistValue: z.unknown().optional(),
})
const attributes = z.array(z.object({ key: z.string(), value: anyValue })).default([])
const resource = z.object({ attributes }).default({ attributes: [] })

const span = z.object({
  traceId: z.string().regex(/^[\da-f]{32}$/i),
  spanId: z.string().regex(/^[\da-f]{16}$/i),
  parentSpanId: z.string().optional(),
  name: z.string(),
  kind: z.union([z.number(), z.string()]).optional(),
  startTimeUnixNano: nanoseconds,
  endTimeUnixNano: nanoseconds,
  attributes,
  events: z.array(z.object({ name: z.string(), attributes })).default([]),
  status: z
    .object({ code: z.union([z.number(), z.string()]).optional(), message: z.string().optional() })
    .optional(),
})
const numberPoint = z.object({
  timeUnixNano: nanoseconds,
  attributes,
  asInt: z.union([z.string(), z.number()]).optional(),
  asDouble: z.number().optional(),
})
const histogramPoint = z.object({
  timeUnixNano: nanoseconds,
  attributes,
  count: z.union([z.string(), z.number()]),
  sum: z.number().optional(),
})
const metric = z.object({
  name: z.string(),
  unit: z.string().default(''),
  gauge: z.object({ dataPoints: z.array(numberPoint) }).optional(),
  sum: z.object({ dataPoints: z.array(numberPoint), isMonotonic: z.boolean().default(false) }).optional(),
  histogram: z.object({ dataPoints: z.array(histogramPoint) }).optional(),
})
const exported = z.object({
  resourceSpans: z
    .array(z.object({ resource, scopeSpans: z.array(z.object({ spans: z.array(span) })) }))
    .default([]),
  resourceMetrics: z
    .array(z.object({ resource, scopeMetrics: z.array(z.object({ metrics: z.array(metric) })) }))
    .default([]),
})

/**
 * Reads what a program exports.
 *
 * @param service that wrote it, where it does not name itself
 * @returns undefined where it is something else
 */
export function readTelemetry(
  telemetry: unknown,
  service: string,
): { spans: Span[]; points: MetricPoint[] } | undefined {
  const { data } = exported.safeParse(telemetry)
  if (!data) return undefined
  const serviceOf = (about: z.infer<typeof resource>) =>
    String(valuesOf(about.attributes)['service.name'] ?? service)
  return {
    spans: data.resourceSpans.flatMap(({ resource, scopeSpans }) =>
      scopeSpans.flatMap(({ spans }) => spans.map((one) => spanOf(one, serviceOf(resource)))),
    ),
    points: data.resourceMetrics.flatMap(({ resource, scopeMetrics }) =>
      scopeMetrics.flatMap(({ metrics }) => metrics.flatMap((one) => pointsOf(one, serviceOf(resource)))),
    ),
  }
}

const KINDS = ['', '', 'server', 'client', 'producer', 'consumer']
/** Keys whose texts are nobody's business, whatever they look like. */
const SECRET = /password|secret|(^|[._-])token$|api[._-]?key|authorization|cookie/i

function spanOf(otlp: z.infer<typeof span>, service: string): Span {
  const { startTimeUnixNano: at, endTimeUnixNano, status, events } = otlp
  const kind = KINDS[Number(otlp.kind)]
  const thrown = events.find(({ name }) => name === 'exception')
  const failed = status?.code === 2 || status?.code === 'STATUS_CODE_ERROR'
  const attributes = valuesOf(otlp.attributes)
  return {
    traceId: otlp.traceId.toLowerCase(),
    spanId: otlp.spanId.toLowerCase(),
    ...(otlp.parentSpanId ? { parentId: otlp.parentSpanId.toLowerCase() } : {}),
    service,
    name: nameOf(otlp.name, attributes),
    at,
    milliseconds: Math.max(0, endTimeUnixNano - at),
    failed,
    attributes: {
      ...attributes,
      ...valuesOf(thrown?.attributes ?? []),
      ...(kind ? { 'span.kind': kind } : {}),
      ...(status?.message ? { 'status.message': status.message } : {}),
    },
  }
}

/** A span that is called by its method alone says nothing: the path that it asks for is added. */
function nameOf(name: string, attributes: Attributes): string {
  if (!/^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/.test(name)) return name
  const { 'url.path': path, 'http.target': target, 'url.full': full, 'http.url': url } = attributes
  const asked = String(path ?? target ?? full ?? url ?? '').replace(/^https?:\/\/[^/]+/, '')
  return `${name} ${asked.split('?')[0]}`.trim()
}

/** A histogram is told as two sums, of which a quotient is the mean. */
function pointsOf(otlp: z.infer<typeof metric>, service: string): MetricPoint[] {
  const { name, unit, gauge, sum, histogram } = otlp
  const numbers = (points: z.infer<typeof numberPoint>[], kind: MetricPoint['kind']) =>
    points.map(({ timeUnixNano: at, attributes, asInt, asDouble }) => ({
      ...{ at, service, name, unit, kind, attributes: valuesOf(attributes) },
      value: Number(asDouble ?? asInt ?? 0),
    }))
  return [
    ...numbers(gauge?.dataPoints ?? [], 'gauge'),
    ...numbers(sum?.dataPoints ?? [], sum?.isMonotonic ? 'sum' : 'gauge'),
    ...(histogram?.dataPoints ?? []).flatMap(({ timeUnixNano: at, attributes, count, sum = 0 }) => {
      const about = { at, service, kind: 'sum', attributes: valuesOf(attributes) } as const
      return [
        { ...about, name: `${name}.count`, unit: '', value: Number(count) },
        { ...about, name: `${name}.sum`, unit, value: sum },
      ]
    }),
  ]
}

function valuesOf(list: z.infer<typeof attributes>): Attributes {
  return Object.fromEntries(
    list.map(({ key, value }) => {
      const { stringValue, boolValue, intValue, doubleValue, ...others } = value
      if (boolValue !== undefined) return [key, boolValue]
      if (intValue !== undefined || doubleValue !== undefined) return [key, Number(doubleValue ?? intValue)]
      const text = stringValue ?? JSON.stringify(others)
      return [key, SECRET.test(key) ? '•••' : text]
    }),
  )
}
