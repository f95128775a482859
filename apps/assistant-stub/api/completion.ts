import { randomUUID } from 'node:crypto'
import type { ChatCompletion, ChatCompletionChunk } from 'openai/resources/chat/completions'
import type { Answer } from '../conversation/messages.ts'
import type { ChatRequest } from './chat-request.ts'

type Delta = ChatCompletionChunk.Choice.Delta
type FinishReason = ChatCompletion.Choice['finish_reason']

/** The answer as one chat.completion object. */
export function completion(request: ChatRequest, answer: Answer): ChatCompletion {
  const message =
    'text' in answer
      ? { content: answer.text }
      : {
          content: null,
          tool_calls: [{ id: callId(), type: 'function' as const, function: calledFunction(answer.call) }],
        }
  return {
    ...identity(request),
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', refusal: null, ...message },
        finish_reason: finishReason(answer),
        logprobs: null,
      },
    ],
    usage: usage(request, answer),
  }
}

/** The answer as chat.completion.chunk objects, a word at a time. */
export function chunks(request: ChatRequest, answer: Answer): readonly ChatCompletionChunk[] {
  const head = { ...identity(request), object: 'chat.completion.chunk' as const }
  const chunk = (delta: Delta, finish_reason: FinishReason | null = null): ChatCompletionChunk => ({
    ...head,
    choices: [{ index: 0, delta, finish_reason, logprobs: null }],
  })
  return [
    chunk({ role: 'assistant', content: 'text' in answer ? '' : null }),
    ...deltas(answer).map((delta) => chunk(delta)),
    chunk({}, finishReason(answer)),
    ...(request.includeUsage ? [{ ...head, choices: [], usage: usage(request, answer) }] : []),
  ]
}

function deltas(answer: Answer): readonly Delta[] {
  if ('text' in answer) return words(answer.text).map((content) => ({ content }))
  const { name, arguments: args } = calledFunction(answer.call)
  return [
    { tool_calls: [{ index: 0, id: callId(), type: 'function', function: { name, arguments: '' } }] },
    ...words(args).map((part) => ({ tool_calls: [{ index: 0, function: { arguments: part } }] })),
  ]
}

function words(text: string): readonly string[] {
  return text.match(/\s*\S+|\s+$/g) ?? []
}

function calledFunction(call: Extract<Answer, { call: unknown }>['call']) {
  return { name: call.name, arguments: JSON.stringify(call.arguments) }
}

function finishReason(answer: Answer): FinishReason {
  return 'text' in answer ? 'stop' : 'tool_calls'
}

function identity({ model }: ChatRequest) {
  return { id: `chatcmpl-${randomUUID()}`, created: Math.floor(Date.now() / 1000), model }
}

function callId(): string {
  return `call_${randomUUID().replaceAll('-', '')}`
}

// A stand-in has no tokenizer; four characters a token is the usual estimate.
function usage({ messages }: ChatRequest, answer: Answer) {
  const tokens = (text: string) => Math.ceil(text.length / 4)
  const prompt_tokens = messages.reduce((sum, { text }) => sum + tokens(text), 0)
  const completion_tokens = tokens('text' in answer ? answer.text : JSON.stringify(answer.call))
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens }
}
