import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Model } from 'openai/resources/models'
import { reply } from '../conversation/reply.ts'
import { RefusedRequest, readChatRequest } from './chat-request.ts'
import { chunks, completion } from './completion.ts'
import type { Log } from './log.ts'

const MODEL: Model = { id: 'stand-in', object: 'model', created: 0, owned_by: 'assistant-stub' }
const BODY_LIMIT_BYTES = 8 * 1024 * 1024

/** Answers a request and returns what its log line should say beside the usual. */
type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<LogFields> | LogFields
type LogFields = Readonly<Record<string, unknown>>

const health: Handler = (_, response) => sendJson(response, 200, { status: 'ok' })

const ROUTES: Readonly<Record<string, Handler>> = {
  'POST /v1/chat/completions': answerChat,
  'GET /v1/models': (_, response) => sendJson(response, 200, { object: 'list', data: [MODEL] }),
  'GET /health': health,
  'GET /health/live': health,
  'GET /health/ready': health,
}

/** The HTTP server of the stand-in model, not yet listening. Any API key, or none, is accepted. */
export function createService(log: Log): Server {
  return createServer(async (request, response) => {
    const started = performance.now()
    const request_id = requestIdOf(request)
    const path = request.url?.split('?', 1)[0] ?? '/'
    let fields: LogFields = {}
    response.setHeader('x-request-id', request_id)
    response.on('close', () => {
      const duration_ms = Math.round(performance.now() - started)
      const result = response.writableFinished ? { status: response.statusCode } : { aborted: true }
      const level = path.startsWith('/health') ? 'debug' : 'info'
      log(level, 'Request answered', {
        request_id,
        ...traceOf(request),
        method: request.method,
        path,
        ...result,
        duration_ms,
        ...fields,
      })
    })
    try {
      const handler = ROUTES[`${request.method} ${path}`]
      if (!handler) throw new RefusedRequest(404, `Unknown request URL: ${request.method} ${path}.`)
      fields = await handler(request, response)
    } catch (error) {
      if (response.destroyed) return
      const refusal = error instanceof RefusedRequest ? error : undefined
      if (!refusal) log('error', 'Request failed', { request_id, error: String(error) })
      sendError(response, refusal ?? new RefusedRequest(500, 'The stand-in model failed to answer.'))
    }
  })
}

async function answerChat(request: IncomingMessage, response: ServerResponse): Promise<LogFields> {
  const chat = readChatRequest(await readBody(request))
  const answer = reply(chat.messages, chat.tools)
  if (chat.stream) {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
    for (const chunk of chunks(chat, answer)) response.write(`data: ${JSON.stringify(chunk)}\n\n`)
    response.end('data: [DONE]\n\n')
  } else {
    sendJson(response, 200, completion(chat, answer))
  }
  return { stream: chat.stream, answer: 'call' in answer ? answer.call.name : 'text' }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length
    if (size > BODY_LIMIT_BYTES)
      throw new RefusedRequest(413, `The request is over ${BODY_LIMIT_BYTES} bytes.`)
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

function sendJson(response: ServerResponse, status: number, body: unknown): LogFields {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  return {}
}

function sendError(response: ServerResponse, { status, message, param }: RefusedRequest): void {
  const type = status < 500 ? 'invalid_request_error' : 'server_error'
  sendJson(response, status, { error: { message, type, param, code: null } })
}

/** What the caller traces this as: https://www.w3.org/TR/trace-context/#traceparent-header */
function traceOf({ headers }: IncomingMessage): LogFields {
  const [, trace_id, span_id] = /^00-([\da-f]{32})-([\da-f]{16})-/.exec(String(headers.traceparent)) ?? []
  return trace_id && span_id ? { trace_id, span_id } : {}
}

function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && /^[\w.-]{1,128}$/.test(given) ? given : randomUUID()
}
