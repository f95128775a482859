import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { registerInstrumentations } from '@opentelemetry/instrumentation'
import { DocumentLoadInstrumentation } from '@opentelemetry/instrumentation-document-load'
import { FetchInstrumentation } from '@opentelemetry/instrumentation-fetch'
import { BatchSpanProcessor, StackContextManager, WebTracerProvider } from '@opentelemetry/sdk-trace-web'

const path = '/api/telemetry'
/** Somebody waits to see them, in ms; a page that is left sends its last at once. */
const pause = 1_000
/** So that they are well below what the server takes. */
const mostAtOnce = 30

let started = false

/** Traces the page's load and all that it fetches, each to the end of its answer. */
export function startTracing(): void {
  if (started) return
  started = true
  const exporter = new OTLPTraceExporter({ url: path })
  const sending = { scheduledDelayMillis: pause, maxExportBatchSize: mostAtOnce }
  const provider = new WebTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter, sending)] })
  provider.register({
    contextManager: new StackContextManager(),
    propagator: new W3CTraceContextPropagator(),
  })
  registerInstrumentations({
    instrumentations: [
      new DocumentLoadInstrumentation(),
      new FetchInstrumentation({
        ignoreUrls: [new RegExp(path)],
        applyCustomAttributesOnSpan: (span, _request, answer) => {
          const requestId = answer instanceof Response ? answer.headers.get('x-request-id') : null
          if (requestId) span.setAttribute('request_id', requestId)
        },
      }),
    ],
  })
}
