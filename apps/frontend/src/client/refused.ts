/** One complaint of the server about a part of what was sent. */
export interface Complaint {
  /** Where in the body, such as `title`; empty when it is about the whole. */
  field: string
  message: string
}

interface Particulars {
  /** Absent when no answer came. */
  status?: number | undefined
  requestId?: string | undefined
  complaints?: Complaint[] | undefined
  conversationId?: number | undefined
  retryAfter?: number | undefined
}

/** A request that was refused or got no answer; `message` is a sentence for the person in front of the page. */
export class Refused extends Error {
  readonly status: number | undefined
  /** What to search the servers' logs for. */
  readonly requestId: string | undefined
  readonly complaints: readonly Complaint[]
  /** Where the message is kept that got no answer. */
  readonly conversationId: number | undefined
  /** In how many seconds the server takes it again, where it has said so. */
  readonly retryAfter: number | undefined

  constructor(message: string, particulars: Particulars = {}) {
    super(message)
    this.name = 'Refused'
    this.status = particulars.status
    this.requestId = particulars.requestId
    this.complaints = particulars.complaints ?? []
    this.conversationId = particulars.conversationId
    this.retryAfter = particulars.retryAfter
  }

  /** Whether the same request may well succeed a moment later. */
  get mayPass(): boolean {
    return this.status === undefined || this.status === 429 || this.status >= 500
  }
}

const noAnswer = 'The server did not answer. Check the connection and try again.'

/** Throws Refused, as where no answer comes. */
export function refuseSilence(): never {
  throw new Refused(noAnswer)
}

/** Like fetch, under a request id of its own, but throws Refused when no answer comes in time. An abort stays an AbortError. */
export async function send(path: string, init: RequestInit = {}): Promise<Response> {
  const requestId = newRequestId()
  const headers = new Headers(init.headers)
  headers.set('x-request-id', requestId)
  try {
    return await fetch(path, { ...init, headers })
  } catch (error) {
    if (init.signal?.aborted && init.signal.reason.name !== 'TimeoutError') throw error
    throw new Refused(noAnswer, { requestId })
  }
}

/** The refusal that a response with an error status stands for. */
export async function refusalOf(response: Response): Promise<Refused> {
  const body: unknown = await response.json().catch(() => null)
  return refusalIn(body, response.status, {
    requestId: response.headers.get('x-request-id') ?? undefined,
    retryAfter: secondsIn(response.headers.get('retry-after')),
  })
}

/** The refusal that a problem document (RFC 9457) or Better Auth's answer stands for. */
export function refusalIn(body: unknown, status: number, particulars: Particulars = {}): Refused {
  const problem = isRecord(body) ? body : {}
  const complaints = complaintsIn(problem.errors ?? problem.detail)
  const sentence =
    textIn(problem.message) ?? textIn(problem.detail) ?? complaints.map(({ message }) => message).join('. ')
  return new Refused(sentence || `The server answered with status ${status}. Try again in a moment.`, {
    ...particulars,
    status,
    requestId: textIn(problem.request_id) ?? particulars.requestId,
    // An event has no headers.
    retryAfter: typeof problem.retry_after === 'number' ? problem.retry_after : particulars.retryAfter,
    complaints,
    conversationId: typeof problem.conversation_id === 'number' ? problem.conversation_id : undefined,
  })
}

function complaintsIn(errors: unknown): Complaint[] {
  if (!Array.isArray(errors)) return []
  return errors.filter(isRecord).map((error) => ({
    field: fieldIn(error),
    message: textIn(error.detail) ?? textIn(error.msg) ?? 'This is not valid',
  }))
}

// A JSON pointer such as `/title`, or FastAPI's list such as ["body", "title"].
function fieldIn({ pointer, loc }: Record<string, unknown>): string {
  const parts =
    typeof pointer === 'string' ? pointer.replace(/^#/, '').split('/') : Array.isArray(loc) ? loc : []
  return parts.map(String).find((part) => part !== '' && part !== 'body') ?? ''
}

/** Seconds, or a date: https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3 */
function secondsIn(retryAfter: string | null): number | undefined {
  if (!retryAfter) return undefined
  const seconds = /^\d+$/.test(retryAfter)
    ? Number(retryAfter)
    : (Date.parse(retryAfter) - Date.now()) / 1_000
  return Number.isNaN(seconds) ? undefined : Math.max(0, Math.ceil(seconds))
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value ? value : undefined
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

// randomUUID exists only where the page came by https or from localhost.
function newRequestId(): string {
  return crypto.randomUUID?.() ?? Array.from(crypto.getRandomValues(new Uint8Array(16)), hex).join('')
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0')
}
