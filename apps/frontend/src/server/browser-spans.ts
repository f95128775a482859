import { problem } from './problem.ts'
import { settings } from './settings.ts'
import { telemetry } from './telemetry.ts'

const largestBody = 64 * 1024
/** Of all browsers together, in each second. */
const mostRequests = 20

let second = 0
let requests = 0

/** Takes what a page of ours has traced, where anything is traced; whoever sends it could say anything, so little is taken. */
export async function takeBrowserSpans(request: Request): Promise<Response> {
  const gathering = telemetry()
  if (!gathering) return problem(404, 'There is nothing here.')
  if (!settings().publicOrigins.includes(request.headers.get('origin') ?? ''))
    return problem(403, 'Traces are taken from the pages of this server alone.')
  if (tooMany()) return problem(429, 'There are too many traces.', { 'retry-after': '1' })
  const body = await bodyOf(request)
  if (body === undefined) return problem(413, 'The traces are larger than 64 kB.', { connection: 'close' })
  const scopes = scopesIn(body)
  if (!scopes) return problem(422, 'These are no traces of OTLP in JSON.')
  gathering.passOn({ resourceSpans: [{ resource, scopeSpans: scopes }] })
  return Response.json({})
}

/** It is this service that they are of, whatever they say. */
const resource = {
  attributes: [
    { key: 'service.name', value: { stringValue: 'frontend' } },
    { key: 'telemetry.sdk.language', value: { stringValue: 'webjs' } },
  ],
}

function tooMany(): boolean {
  const now = Math.floor(Date.now() / 1_000)
  if (now !== second) [second, requests] = [now, 0]
  requests += 1
  return requests > mostRequests
}

async function bodyOf({ body }: Request): Promise<string | undefined> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of (body ?? []) as AsyncIterable<Uint8Array>) {
    size += part.length
    if (size > largestBody) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

function scopesIn(text: string): unknown[] | undefined {
  try {
    const { resourceSpans } = JSON.parse(text) as { resourceSpans?: unknown }
    if (!Array.isArray(resourceSpans)) return undefined
    return resourceSpans.flatMap((one: { scopeSpans?: unknown } | null) =>
      Array.isArray(one?.scopeSpans) ? one.scopeSpans : [],
    )
  } catch {
    return undefined
  }
}
