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
import type { Telemetry } from './telemetry.ts'

const longestStatement = 2_000
/** Milliseconds that a collector has to answer, as the SDK gives it. */
const patience = 10_000
const service = 'frontend'

/** Next begins a trace for each probe and each file too: what is wanted begins with `begin`. */
const requestsAlone: Sampler = {
  shouldSample: (_context, _traceId, _name, _kind, attributes) => ({
    decision: 'url.path' in attributes ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD,
  }),
  toString: () => 'requestsAlone',
}

/** By the id of its request, people look for a span. */
const namesRequest: SpanProcessor = {
  onStart: (span: Span) => {
    const requestId = currentRequestId()
    if (requestId) span.setAttribute('request_id', requestId)
  },
  onEnd: () => undefined,
  forceFlush: async () => undefined,
  shutdown: async () => undefined,
}

/** Traces by the SDK of OpenTelemetry, which reads its own variables. Next, Better Auth and others trace by it too. */
export function openTelemetry(exporters: readonly ('otlp' | 'otlp/stdout')[]): Telemetry {
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': service }),
    sampler: new ParentBasedSampler({ root: requestsAlone }),
    spanProcessors: [
      namesRequest,
      ...exporters.map(
        (by) => new BatchSpanProcessor(by === 'otlp' ? new OTLPTraceExporter() : new LineExporter()),
      ),
    ],
  })
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  propagation.setGlobalPropagator(new W3CTraceContextPropagator())
  trace.setGlobalTracerProvider(provider)
  // Once its farewell is over: what was not sent by then would be lost.
  if (process.env.NODE_ENV === 'production') process.once('SIGTERM', () => void provider.forceFlush())
  const tracer = provider.getTracer(service)

  const begin = (request: IncomingMessage, requestId: string) => {
    const { method = 'GET', url = '/', headers } = request
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
      if (exporters.includes('otlp/stdout')) writeLine(body)
      if (exporters.includes('otlp')) void send(body)
    },
  }
}

/** A collector that does not answer is not waited for: browsers go on sending. */
async function send(body: string): Promise<void> {
  const collector = process.env.OTEL_EXPORTER_OTLP_ENDPOINT?.replace(/\/$/, '')
  const headers = { 'content-type': 'application/json' }
  const signal = AbortSignal.timeout(patience)
  await fetch(`${collector}/v1/traces`, { method: 'POST', headers, body, signal })
    .then((answer) => answer.body?.cancel())
    .catch(() => undefined)
}

function idsOf({ traceId, spanId }: { traceId: string; spanId: string }) {
  return { trace_id: traceId, span_id: spanId }
}
