import { type ExportResult, ExportResultCode } from '@opentelemetry/core'
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer'
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base'

const text = new TextDecoder()

/** Writes spans to standard output, as https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/ has it. */
export class LineExporter implements SpanExporter {
  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    const line = JsonTraceSerializer.serializeRequest(spans)
    if (line) writeLine(text.decode(line))
    done({ code: ExportResultCode.SUCCESS })
  }

  async shutdown(): Promise<void> {}
}

export function writeLine(line: string): void {
  process.stdout.write(`${line}\n`)
}
