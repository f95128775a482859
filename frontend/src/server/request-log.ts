import { log } from './log.ts'

const sane = /^[\w.-]{1,128}$/

/**
 * Answers `request` by `handle`, under the caller's request id or a new one: passed to `handle`, returned in the
 * response and written to the log with method, path, status and duration.
 */
export async function logged(
  request: Request,
  handle: (requestId: string) => Promise<Response>,
): Promise<Response> {
  const started = performance.now()
  const requestId = requestIdOf(request.headers)
  const answer = await handle(requestId)
  const response = new Response(answer.body, answer)
  response.headers.set('x-request-id', requestId)
  log('info', 'Request answered', {
    request_id: requestId,
    method: request.method,
    path: new URL(request.url).pathname,
    status: response.status,
    duration_ms: Math.round((performance.now() - started) * 10) / 10,
  })
  return response
}

/** The caller's request id if it can go into a log, else a new one. */
export function requestIdOf(headers: Headers): string {
  const given = headers.get('x-request-id')
  return given && sane.test(given) ? given : crypto.randomUUID()
}
