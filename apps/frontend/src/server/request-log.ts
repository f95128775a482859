import type { IncomingMessage, ServerResponse } from 'node:http'
import { enterRequest } from './current-request.ts'
import { log } from './log.ts'
import { telemetry } from './telemetry.ts'

const header = 'x-request-id'
const sane = /^[\w.-]{1,128}$/
/** Asked for too often to be worth a line: probes, what browsers trace, and files that never change. */
const unlogged = /^\/(api\/(health|telemetry)|_next)(\/|$)/

/**
 * Gives a request its caller's id, or a new one where that cannot go into a log: it is returned in the response, and
 * written to the log with method, path, status and duration once the answer is over, and traced where anything is.
 */
export function nameAndLog(request: IncomingMessage, response: ServerResponse): void {
  const started = performance.now()
  const given = request.headers[header]
  const requestId = typeof given === 'string' && sane.test(given) ? given : crypto.randomUUID()
  request.headers[header] = requestId
  response.setHeader(header, requestId)
  enterRequest(requestId)
  const [path = ''] = (request.url ?? '').split('?')
  if (unlogged.test(path)) return
  const traced = telemetry()?.begin(request, requestId)
  response.once('close', () => {
    const status = response.headersSent ? response.statusCode : undefined
    traced?.end(status)
    log('info', response.writableFinished ? 'Request answered' : 'The caller went away', {
      request_id: requestId,
      ...traced?.ids,
      method: request.method,
      path,
      status: status ?? null,
      duration_ms: Math.round((performance.now() - started) * 10) / 10,
    })
  })
}
