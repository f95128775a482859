import { STATUS_CODES } from 'node:http'
import { currentRequestId } from './current-request.ts'

/** An error as RFC 9457 has it: what is wrong in one sentence, and the id by which the logs know the request. */
export function problem(status: number, detail: string, headers: Record<string, string> = {}): Response {
  const members = {
    type: 'about:blank',
    title: STATUS_CODES[status],
    status,
    detail,
    request_id: currentRequestId(),
  }
  return Response.json(members, {
    status,
    headers: { ...headers, 'content-type': 'application/problem+json' },
  })
}
