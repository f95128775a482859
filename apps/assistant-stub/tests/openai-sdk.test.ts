import type { AddressInfo } from 'node:net'
import OpenAI, { BadRequestError } from 'openai'
import type { ChatCompletionChunk, ChatCompletionMessageParam } from 'openai/resources/chat/completions'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createService } from '../api/service.ts'
import { TODO_TOOLS } from './todo-tools.ts'

type Context = { readonly service: ReturnType<typeof createService>; origin: string; client: OpenAI }

const test = suite<Context>('openai sdk', {
  service: createService(() => {}),
  origin: '',
  client: new OpenAI({ apiKey: 'none' }),
})

test.before(async (context) => {
  await new Promise<void>((resolve) => context.service.listen(0, '127.0.0.1', resolve))
  context.origin = `http://127.0.0.1:${(context.service.address() as AddressInfo).port}`
  context.client = new OpenAI({ baseURL: `${context.origin}/v1`, apiKey: 'none', maxRetries: 0 })
})

test.after(({ service }) => {
  service.close()
  service.closeAllConnections()
})

const user = (content: string): ChatCompletionMessageParam => ({ role: 'user', content })

test('lists its model', async ({ client }) => {
  const { data } = await client.models.list()
  assert.equal(
    data.map(({ id }) => id),
    ['stand-in'],
  )
})

test('answers in words', async ({ client }) => {
  const answer = await client.chat.completions.create({ model: 'any-name', messages: [user('Hello')] })
  assert.is(answer.object, 'chat.completion')
  assert.is(answer.model, 'any-name')
  assert.match(answer.id, /^chatcmpl-/)
  assert.is(answer.choices[0]?.finish_reason, 'stop')
  assert.is(answer.choices[0]?.message.role, 'assistant')
  assert.match(answer.choices[0]?.message.content ?? '', 'stand-in model')
  const { prompt_tokens = 0, completion_tokens = 0, total_tokens } = answer.usage ?? {}
  assert.ok(prompt_tokens > 0 && completion_tokens > 0)
  assert.is(total_tokens, prompt_tokens + completion_tokens)
})

test('lists, then deletes, in two rounds', async ({ client }) => {
  const toolResults = [
    [
      { id: 1, title: 'Buy groceries', completed: false },
      { id: 2, title: 'Team meeting', completed: false },
    ],
    { task_id: 2, status: 'deleted', title: 'Team meeting' },
  ]
  const messages: ChatCompletionMessageParam[] = [
    { role: 'system', content: 'You manage tasks.' },
    { role: 'user', content: [{ type: 'text', text: 'Delete the meeting task' }] },
  ]
  const called: string[] = []
  for (const result of toolResults) {
    const answer = await client.chat.completions.create({ model: 'stand-in', messages, tools: TODO_TOOLS })
    const [choice] = answer.choices
    assert.ok(choice)
    assert.is(choice.finish_reason, 'tool_calls')
    assert.is(choice.message.content, null)
    const [call] = choice.message.tool_calls ?? []
    assert.ok(call?.type === 'function')
    called.push(`${call.function.name} ${call.function.arguments}`)
    messages.push(choice.message, { role: 'tool', tool_call_id: call.id, content: JSON.stringify(result) })
  }
  const answer = await client.chat.completions.create({ model: 'stand-in', messages, tools: TODO_TOOLS })
  assert.equal(called, ['list_tasks {"status":"all"}', 'delete_task {"task_id":2}'])
  assert.is(answer.choices[0]?.message.content, "I've deleted task 2, “Team meeting”.")
})

test('streams words, and the usage when asked', async ({ client }) => {
  const stream = await client.chat.completions.create({
    model: 'stand-in',
    messages: [user('Hello')],
    stream: true,
    stream_options: { include_usage: true },
  })
  const chunks: ChatCompletionChunk[] = []
  for await (const chunk of stream) chunks.push(chunk)
  const said = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '')
  const { choices } = await client.chat.completions.create({ model: 'stand-in', messages: [user('Hello')] })
  assert.ok(said.length > 10)
  assert.is(said.join(''), choices[0]?.message.content)
  assert.is(new Set(chunks.map(({ id }) => id)).size, 1)
  assert.equal(chunks.at(-1)?.choices, [])
  assert.ok((chunks.at(-1)?.usage?.total_tokens ?? 0) > 0)
})

test('streams a tool call that the SDK assembles', async ({ client }) => {
  const stream = client.chat.completions.stream({
    model: 'stand-in',
    messages: [user('Add a task to buy 🥕 and “fish”')],
    tools: TODO_TOOLS,
  })
  const answer = await stream.finalChatCompletion()
  const [call] = answer.choices[0]?.message.tool_calls ?? []
  assert.is(answer.choices[0]?.finish_reason, 'tool_calls')
  assert.ok(call?.type === 'function' && call.id !== '')
  assert.is(call.function.name, 'add_task')
  assert.equal(JSON.parse(call.function.arguments), { title: 'Buy 🥕 and “fish”' })
})

test('calls no tool when told not to', async ({ client }) => {
  const answer = await client.chat.completions.create({
    model: 'stand-in',
    messages: [user('Add milk')],
    tools: TODO_TOOLS,
    tool_choice: 'none',
  })
  assert.is(answer.choices[0]?.finish_reason, 'stop')
})

const REFUSED: readonly (readonly [body: string, param: string | null])[] = [
  ['{"model":', null],
  ['[]', null],
  ['', null],
  ['{"messages":[{"role":"user","content":"Hello"}]}', 'model'],
  ['{"model":"stand-in"}', 'messages'],
  ['{"model":"stand-in","messages":[]}', 'messages'],
  ['{"model":"stand-in","messages":["Hello"]}', 'messages[0]'],
  ['{"model":"stand-in","messages":[{"role":"judge","content":"Hello"}]}', 'messages[0].role'],
  ['{"model":"stand-in","messages":[{"role":"user","content":5}]}', 'messages[0].content'],
  ['{"model":"stand-in","messages":[{"role":"tool","content":"x"}]}', 'messages[0].tool_call_id'],
  ['{"model":"stand-in","messages":[{"role":"user","content":"x"}],"tools":{}}', 'tools'],
  ['{"model":"stand-in","messages":[{"role":"user","content":"x"}],"tools":[{}]}', 'tools[0].function.name'],
]

for (const [body, param] of REFUSED) {
  test(`refuses ${body || 'an empty body'}`, async ({ origin }) => {
    const response = await fetch(`${origin}/v1/chat/completions`, { method: 'POST', body })
    const { error } = (await response.json()) as {
      error: { message: string; type: string; param: string | null }
    }
    assert.is(response.status, 400)
    assert.is(error.type, 'invalid_request_error')
    assert.is(error.param, param)
    assert.match(error.message, /\.$/)
  })
}

test('a refusal reaches the SDK as a BadRequestError', async ({ client }) => {
  const refusal = await client.chat.completions
    .create({ model: 'stand-in', messages: [] })
    .catch((error) => error)
  assert.instance(refusal, BadRequestError)
  assert.is(refusal.param, 'messages')
})

test('refuses a body over 8 MiB, and unknown paths', async ({ origin }) => {
  const body = ' '.repeat(8 * 1024 * 1024 + 1)
  const tooLarge = await fetch(`${origin}/v1/chat/completions`, { method: 'POST', body })
  const unknown = await fetch(`${origin}/v1/embeddings`, { method: 'POST', body: '{}' })
  assert.equal([tooLarge.status, unknown.status], [413, 404])
})

test('answers every probe', async ({ origin }) => {
  for (const path of ['/health', '/health/live', '/health/ready']) {
    assert.is((await fetch(origin + path)).status, 200)
  }
})

test('takes a sane request id and replaces any other', async ({ origin }) => {
  const idFor = async (id: string) =>
    (await fetch(`${origin}/health`, { headers: { 'x-request-id': id } })).headers.get('x-request-id')
  assert.is(await idFor('abc-123'), 'abc-123')
  assert.match((await idFor('no spaces or "quotes"')) ?? '', /^[\w-]{36}$/)
})

test.run()
