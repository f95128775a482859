import type { Message, Tool } from '../conversation/messages.ts'

/** A chat completion request, cut down to what the stand-in model reads. */
export type ChatRequest = {
  readonly model: string
  readonly messages: readonly Message[]
  readonly tools: readonly Tool[]
  readonly stream: boolean
  readonly includeUsage: boolean
}

/** A request that is refused with an HTTP status; `param` names the field at fault. */
export class RefusedRequest extends Error {
  readonly status: number
  readonly param: string | null

  constructor(status: number, message: string, param: string | null = null) {
    super(message)
    this.status = status
    this.param = param
  }
}

type Fields = Readonly<Record<string, unknown>>

/** Reads the JSON body of POST /v1/chat/completions; throws RefusedRequest. */
export function readChatRequest(body: string): ChatRequest {
  const fields = parseObject(body)
  if (typeof fields.model !== 'string' || fields.model === '') throw invalid('model', 'a model name')
  if (!Array.isArray(fields.messages) || fields.messages.length === 0)
    throw invalid('messages', 'a non-empty array')
  if (fields.tools !== undefined && !Array.isArray(fields.tools)) throw invalid('tools', 'an array')
  const tools = fields.tool_choice === 'none' ? [] : (fields.tools ?? [])
  return {
    model: fields.model,
    messages: fields.messages.map((message: unknown, index) => readMessage(message, `messages[${index}]`)),
    tools: tools.map((tool: unknown, index) => readTool(tool, `tools[${index}]`)),
    stream: fields.stream === true,
    includeUsage: isObject(fields.stream_options) && fields.stream_options.include_usage === true,
  }
}

function parseObject(body: string): Fields {
  try {
    const parsed: unknown = JSON.parse(body)
    if (isObject(parsed)) return parsed
  } catch {
    // Answered below: a body that is no JSON and a body that is no object have the same cure.
  }
  throw new RefusedRequest(400, 'The body of the request is not a JSON object.')
}

function readMessage(message: unknown, param: string): Message {
  if (!isObject(message)) throw invalid(param, 'an object')
  const text = readContent(message.content, `${param}.content`)
  switch (message.role) {
    case 'system':
    case 'developer':
    case 'user':
      return { role: message.role, text }
    case 'assistant':
      return { role: 'assistant', text, calls: readCalls(message.tool_calls, `${param}.tool_calls`) }
    case 'tool':
      if (typeof message.tool_call_id !== 'string') throw invalid(`${param}.tool_call_id`, 'a string')
      return { role: 'tool', text, callId: message.tool_call_id }
    default:
      throw invalid(`${param}.role`, 'one of system, developer, user, assistant and tool')
  }
}

function readContent(content: unknown, param: string): string {
  if (content === undefined || content === null) return ''
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) throw invalid(param, 'a string or an array of parts')
  return content
    .flatMap((part: unknown) => (isObject(part) && typeof part.text === 'string' ? [part.text] : []))
    .join('\n')
}

function readCalls(calls: unknown, param: string) {
  if (calls === undefined || calls === null) return []
  if (!Array.isArray(calls)) throw invalid(param, 'an array')
  return calls.map((call: unknown, index) => {
    if (!isObject(call) || typeof call.id !== 'string' || !isObject(call.function)) {
      throw invalid(`${param}[${index}]`, 'an object with id and function')
    }
    const { name, arguments: args } = call.function
    if (typeof name !== 'string') throw invalid(`${param}[${index}].function.name`, 'a string')
    return { id: call.id, name, arguments: readArguments(args) }
  })
}

function readArguments(json: unknown): Fields {
  try {
    const parsed: unknown = JSON.parse(String(json))
    return isObject(parsed) ? parsed : {}
  } catch {
    return {}
  }
}

function readTool(tool: unknown, param: string): Tool {
  if (!isObject(tool) || !isObject(tool.function) || typeof tool.function.name !== 'string') {
    throw invalid(`${param}.function.name`, 'a string')
  }
  const { name, parameters } = tool.function
  return isObject(parameters) && isObject(parameters.properties)
    ? { name, parameters: Object.keys(parameters.properties) }
    : { name }
}

function invalid(param: string, expected: string): RefusedRequest {
  return new RefusedRequest(400, `Missing or invalid parameter: '${param}' must be ${expected}.`, param)
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
