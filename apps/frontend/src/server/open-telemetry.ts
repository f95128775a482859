import type { IncomingMessage } from 'node:http'
import {
  type Attributes,
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  type Span,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { currentRequestId } from './current-request.ts'
import { LineExporter, writeLine } from './line-exporter.ts'
import { openMeters } from './meters.ts'
import type { Telemetry } from './telemetry.ts'

const longestStatement = 2_000
/** Milliseconds that a collector has to answer, as the SDK gives it. */
const patience = 10_000
const service = 'frontend'

/** To a collector, or to the lines of a loop. */
export type Exporter = 'otlp' | 'otlp/stdout'

/** Next begins a trace for each probe and each file too: what is wanted begins with `begin`. */
const requestsAlone: Sampler = {
  shouldSample: (_context, _traceId, _name, _kind, attributes) => ({
    decision: 'url.path' in attributes ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD,
  }),
  toString: () => 'requestsAlone',
}

/** The routes of requests that are being answered, by their ids, as soon as Next knows them. */
const routes = new Map<string, string | undefined>()

/** By the id of its request, people look for a span. */
const namesRequest: SpanProcessor = {
  onStart: (span: Span) => {
    const requestId = currentRequestId()
    if (!requestId) return
    span.setAttribute('request_id', requestId)
    const { 'next.route': route } = span.attributes
    if (typeof route === 'string' && routes.has(requestId)) routes.set(requestId, route)
  },
  onEnd: () => undefined,
  forceFlush: async () => undefined,
  shutdown: async () => undefined,
}

/**
 * Traces and metrics by the SDK of OpenTelemetry, which reads its own variables. Next, Better Auth and others trace by it too.
 *
 * @param traces who takes them @param metrics likewise
 */
export function openTelemetry(traces: readonly Exporter[], metrics: readonly Exporter[]): Telemetry {
  const resource = resourceFromAttributes({ 'service.name': service })
  const meters = openMeters(
    resource,
    service,
    metrics.map((by) => (body) => (by === 'otlp' ? void send('metrics', body) : writeLine(body))),
  )
  const provider = new BasicTracerProvider({
    resource,
    sampler: new ParentBasedSampler({ root: requestsAlone }),
    spanProcessors: [
      namesRequest,
      ...traces.map(
        (by) => new BatchSpanProcessor(by === 'otlp' ? new OTLPTraceExporter() : new LineExporter()),
      ),
    ],
  })
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  propagation.setGlobalPropagator(new W3CTraceContextPropagator())
  trace.setGlobalTracerProvider(provider)
  // Once its farewell is over: what was not sent by then would be lost.
  if (process.env.NODE_ENV === 'production')
    process.once('SIGTERM', () => void Promise.all([provider.forceFlush(), meters.flush()]))
  const tracer = provider.getTracer(service)

  const begin = (request: IncomingMessage, requestId: string) => {
    const { method = 'GET', url = '/', headers } = request
    const began = performance.now()
    routes.set(requestId, undefined)
    const attributes: Attributes = {
      'http.request.method': method,
      'url.path': url.split('?')[0] ?? '',
      request_id: requestId,
    }
    const parent = propagation.extract(ROOT_CONTEXT, headers)
    const span = tracer.startSpan(method, { kind: SpanKind.SERVER, attributes }, parent)
    propagation.inject(trace.setSpan(parent, span), headers)
    return {
      ids: idsOf(span.spanContext()),
      end: (status: number | undefined) => {
        if (status !== undefined) span.setAttribute('http.response.status_code', status)
        if (status !== undefined && status >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
        span.end()
        const route = routes.get(requestId)
        routes.delete(requestId)
        meters.noteRequest((performance.now() - began) / 1000, {
          'http.request.method': method,
          ...(route === undefined ? {} : { 'http.route': route }),
          ...(status === undefined ? {} : { 'http.response.status_code': status }),
        })
      },
    }
  }
  return {
    begin,
    ids: () => {
      const span = trace.getActiveSpan()
      return span ? idsOf(span.spanContext()) : {}
    },
    headers: () => {
      const carrier: Record<string, string> = {}
      propagation.inject(context.active(), carrier)
      return carrier
    },
    noteStatement: (sql, milliseconds, failure) => {
      if (!trace.getActiveSpan()) return
      const operation = /^\w+/.exec(sql)?.[0].toUpperCase() ?? 'SQL'
      const table = /\b(?:from|into|update)\s+((?:"?\w+"?\.)?"?\w+"?)/i.exec(sql)?.[1]?.replaceAll('"', '')
      const span = tracer.startSpan(table ? `${operation} ${table}` : operation, {
        kind: SpanKind.CLIENT,
        startTime: Date.now() - milliseconds,
        attributes: {
          'db.system.name': 'postgresql',
          'db.operation.name': operation,
          'db.query.text': sql.slice(0, longestStatement),
        },
      })
      if (failure !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: failure })
      span.end()
    },
    passOn: (spans) => {
      const body = JSON.stringify(spans)
      if (traces.includes('otlp/stdout')) writeLine(body)
      if (traces.includes('otlp')) void send('traces', body)
    },
    watchConnections: meters.watchConnections,
  }
}

/** A collector that does not answer is not waited for: more is to come. */
async function send(what: 'traces' | 'metrics', body: string): Promise<void> {
  const collector = process.env.OTEL_EXPORTER_OTLP_ENDPOINT?.replace(/\/$/, '')
  const headers = { 'content-type': 'application/json' }
  const signal = AbortSignal.timeout(patience)
  await fetch(`${collector}/v1/${what}`, { method: 'POST', headers, body, signal })
    .then((answer) => answer.body?.cancel())
    .catch(() => undefined)
}

function idsOf({ traceId, spanId }: { traceId: string; spanId: string }) {
  return { trace_id: traceId, span_id: spanId }
}
