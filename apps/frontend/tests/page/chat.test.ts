import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type ChatEvent, chatEvents } from '../../src/chat/events.ts'
import { firstPage } from '../../src/chat/first-page.ts'
import { changesTasks, failed, outcomeOf, taskIdIn } from '../../src/chat/tools.ts'
import {
  asked,
  brokenOff,
  completed,
  heard,
  lacksAnswer,
  transcriptOf,
  unstarted,
} from '../../src/chat/transcript.ts'
import type { MessageView } from '../../src/client/contract.ts'

/** A stream that hands out `text` in pieces of `size` bytes. */
function inPieces(text: string, size: number): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text)
  let at = 0
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close()
      controller.enqueue(bytes.slice(at, at + size))
      at += size
    },
  })
}

async function all(stream: ReadableStream<Uint8Array>): Promise<ChatEvent[]> {
  const events: ChatEvent[] = []
  for await (const event of chatEvents(stream)) events.push(event)
  return events
}

const stream = [
  'event: start\ndata: {"conversation_id": 7}',
  ': keep-alive',
  'event: tool_call\ndata: {"id": "a", "tool": "add_task", "input": {"title": "Tee"}}',
  'event: tool_result\ndata: {"id": "a", "tool": "add_task", "output": {"task_id": 3, "title": "Tee"}}',
  'event: text\ndata: {"delta": "Schöne "}',
  'event: news\ndata: {"later": true}',
  'event: text\ndata: no JSON',
  'event: text\ndata: {"delta": "Grüße 🫖"}',
  '',
].join('\n\n')

test('events are whole wherever the network cuts them; comments, unknown and broken ones are left out', async () => {
  for (const size of [1, 2, 7, 10_000]) {
    const events = await all(inPieces(stream, size))
    assert.equal(
      events.map(({ type }) => type),
      ['start', 'tool_call', 'tool_result', 'text', 'text'],
    )
    assert.equal(events.at(-1), { type: 'text', delta: 'Grüße 🫖' })
  }
})

test('a problem in the stream is a refusal with its sentence, request and conversation', async () => {
  const problem = {
    status: 504,
    detail: 'The model was too slow.',
    request_id: 'r-1',
    conversation_id: 7,
    retry_after: 20,
  }
  const [event] = await all(inPieces(`event: error\ndata: ${JSON.stringify(problem)}\n\n`, 9))
  assert.is(event?.type, 'error')
  if (event?.type !== 'error') return
  assert.is(event.refusal.message, 'The model was too slow.')
  assert.is(event.refusal.status, 504)
  assert.is(event.refusal.requestId, 'r-1')
  assert.is(event.refusal.conversationId, 7)
  assert.is(event.refusal.retryAfter, 20)
})

test('who stops listening lets go of the stream', async () => {
  let gone = false
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(new TextEncoder().encode('event: text\ndata: {"delta": "a"}\n\n'))
    },
    cancel() {
      gone = true
    },
  })
  for await (const _ of chatEvents(endless)) break
  assert.ok(gone)
})

test('an answer grows event by event and ends as what the server has stored', async () => {
  let transcript = asked(unstarted, 'Add tea')
  assert.ok(lacksAnswer(transcript) === false)
  for (const event of await all(inPieces(stream, 5))) transcript = heard(transcript, event)
  assert.is(transcript.id, 7)
  assert.equal(
    transcript.said.map(({ role, content, state }) => [role, content, state]),
    [
      ['user', 'Add tea', 'whole'],
      ['assistant', 'Schöne Grüße 🫖', 'writing'],
    ],
  )
  assert.equal(transcript.said[1]?.tools[0]?.output, { task_id: 3, title: 'Tee' })
  const whole = heard(transcript, {
    type: 'done',
    conversation_id: 7,
    message_id: 12,
    response: 'Schöne Grüße',
    tool_calls: [],
  })
  assert.is(whole.said[1]?.content, 'Schöne Grüße')
  assert.is(whole.said[1]?.state, 'whole')
})

test('an answer that breaks off keeps what was said and can be asked for again', () => {
  const begun = heard(asked(unstarted, 'Hello'), { type: 'text', delta: 'Hel' })
  const broken = brokenOff(begun)
  assert.is(broken.said[1]?.state, 'broken')
  assert.ok(lacksAnswer(broken))
  const again = asked(broken, undefined)
  assert.equal(
    again.said.map(({ content, state }) => [content, state]),
    [
      ['Hello', 'whole'],
      ['', 'writing'],
    ],
  )
})

test('an answer that never began leaves nothing but the question', () => {
  const broken = brokenOff(asked(unstarted, 'Hello'))
  assert.is(broken.said.length, 1)
  assert.ok(lacksAnswer(broken))
})

test('a stored conversation that ends with the user, or with half an answer, can be taken up', () => {
  const message = { user_id: 'u', conversation_id: 1, tool_calls: [], created_at: '2026-01-01T00:00:00Z' }
  const question = { ...message, id: 1, role: 'user', content: 'Hello', interrupted: false } as const
  const answer = { ...message, id: 2, role: 'assistant', content: 'Hi', interrupted: false } as const
  assert.ok(lacksAnswer(transcriptOf(1, [question], true)))
  assert.not.ok(lacksAnswer(transcriptOf(1, [question, answer], true)))
  assert.ok(lacksAnswer(transcriptOf(1, [question, { ...answer, interrupted: true }], true)))
  assert.not.ok(lacksAnswer(unstarted))
})

test('a tool that only reads does not have the list loaded again; the others say which task they changed', () => {
  assert.not.ok(changesTasks('list_tasks'))
  assert.ok(changesTasks('add_task'))
  assert.ok(changesTasks('a_tool_of_tomorrow'))
  assert.is(taskIdIn({ task_id: 5, status: 'created' }), 5)
  assert.is(taskIdIn({ id: 6 }), 6)
  assert.is(taskIdIn([{ id: 6 }]), undefined)
  assert.is(taskIdIn('5'), undefined)
})

test('what came of a tool is said in a few words', () => {
  const use = { id: 'a', tool: 'list_tasks', input: {} }
  assert.is(outcomeOf({ ...use, output: [{}, {}] }), '2 found')
  assert.is(outcomeOf({ ...use, output: { title: 'Tea' } }), 'Tea')
  assert.is(outcomeOf({ ...use, output: { error: 'There is no task 9.' } }), 'There is no task 9.')
  assert.is(outcomeOf({ ...use, output: null }), undefined)
})

/** A conversation in which each answer has used a tool that told of a thousand tasks. */
function longTalk(turns: number): MessageView[] {
  const tasks = Array.from({ length: 1_000 }, (_, id) => ({ id, title: 'x'.repeat(200) }))
  const message = { user_id: 'u', conversation_id: 1, created_at: '2026-01-01T00:00:00Z', interrupted: false }
  return Array.from({ length: turns }, (_, turn): MessageView[] => [
    { ...message, id: 2 * turn + 1, role: 'user', content: `Question ${turn}`, tool_calls: [] },
    {
      ...message,
      id: 2 * turn + 2,
      role: 'assistant',
      content: `Answer ${turn}. ${'word '.repeat(400)}`,
      tool_calls: [{ tool: 'list_tasks', input: {}, output: tasks }],
    },
  ]).flat()
}

test('a page carries the end of a conversation, and of its tools what is seen of them', () => {
  const messages = longTalk(25)
  const page = firstPage(1, messages, true)
  assert.ok(JSON.stringify(messages).length > 5_000_000)
  assert.ok(JSON.stringify(page).length < 60_000, `${JSON.stringify(page).length} characters`)
  assert.is(page.said.at(-1)?.id, 50)
  assert.is(page.hasEarlier, true)
  const [use] = page.said.at(-1)?.tools ?? []
  assert.is(use && outcomeOf(use), '1000 found')
  assert.not.ok(use && failed(use))
})

test('what was left with the server comes in without touching what was said since', () => {
  const messages = longTalk(25)
  const page = firstPage(1, messages, true)
  const [{ id: firstShown } = { id: undefined }] = page.said
  const since = heard(asked(page, 'More'), { type: 'text', delta: 'Here' })
  const whole = completed(since, messages)
  assert.is(whole.said.length, 52)
  assert.equal(
    whole.said.slice(0, 50).map(({ id }) => id),
    messages.map(({ id }) => id),
  )
  assert.ok(Number(firstShown) > 1)
  assert.is(whole.hasEarlier, false)
  assert.equal(whole.said[49]?.tools[0]?.output, messages[49]?.tool_calls[0]?.output)
  assert.equal(whole.said.slice(50), since.said.slice(-2))
})

test('a short conversation is there as a whole, and one endless message too', () => {
  const [question, answer] = longTalk(1)
  if (!question || !answer) throw new Error('no talk')
  const small = { ...answer, tool_calls: [{ tool: 'add_task', input: { title: 'Tea' }, output: { id: 3 } }] }
  assert.equal(firstPage(1, [question, small], true), transcriptOf(1, [question, small], true))
  const endless = firstPage(1, [question, { ...answer, content: 'x'.repeat(100_000) }], true)
  assert.equal(
    endless.said.map(({ id }) => id),
    [2],
  )
})

test('what failed at length is told in short, and letters stay whole', () => {
  const [, answer] = longTalk(1)
  if (!answer) throw new Error('no talk')
  const output = { error: '🫖'.repeat(20_000) }
  const page = firstPage(1, [{ ...answer, tool_calls: [{ tool: 'add_task', input: {}, output }] }], true)
  const [use] = page.said[0]?.tools ?? []
  assert.ok(use && failed(use))
  assert.is(use && outcomeOf(use), `${'🫖'.repeat(199)}…`)
})

test.run()
