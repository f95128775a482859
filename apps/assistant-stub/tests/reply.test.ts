import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Answer, Message, Tool, ToolCall } from '../conversation/messages.ts'
import { reply } from '../conversation/reply.ts'

const TOOLS: readonly Tool[] = [
  { name: 'add_task', parameters: ['title', 'description'] },
  { name: 'list_tasks', parameters: ['status'] },
  { name: 'find_tasks', parameters: ['query'] },
  { name: 'complete_task', parameters: ['task_id'] },
  { name: 'delete_task', parameters: ['task_id'] },
  { name: 'update_task', parameters: ['task_id', 'title', 'description'] },
]

const TASKS = [
  { id: 1, title: 'Buy groceries', completed: false },
  { id: 2, title: 'Team meeting', completed: false },
  { id: 3, title: 'Call mom', completed: true },
]

type ToolResult = (call: ToolCall) => unknown
const listing =
  (tasks: unknown): ToolResult =>
  () =>
    tasks
const failing =
  (cause: string): ToolResult =>
  () =>
    cause

/** Talks to the model until it answers in words; `results` are what the tools return, in order. */
function converse(request: string, results: readonly ToolResult[] = [], history: readonly Message[] = []) {
  const messages: Message[] = [...history, { role: 'user', text: request }]
  const calls: ToolCall[] = []
  for (;;) {
    const answer = reply(messages, TOOLS)
    if ('text' in answer)
      return { calls, text: answer.text, messages: [...messages, assistantSaying(answer.text)] }
    const result = results[calls.length]
    assert.ok(result, `unexpected call of ${answer.call.name}`)
    const id = `call-${messages.length}`
    const value = result(answer.call)
    calls.push(answer.call)
    messages.push({ role: 'assistant', text: '', calls: [{ id, ...answer.call }] })
    messages.push({
      role: 'tool',
      callId: id,
      text: typeof value === 'string' ? value : JSON.stringify(value),
    })
  }
}

const assistantSaying = (text: string): Message => ({ role: 'assistant', text, calls: [] })
const callOf = (name: string, args: Record<string, unknown>): ToolCall => ({ name, arguments: args })

test('adds, then names what it added', () => {
  const added = converse('Add a task to buy milk', [
    listing({ task_id: 5, status: 'created', title: 'Buy milk' }),
  ])
  assert.equal(added.calls, [callOf('add_task', { title: 'Buy milk' })])
  assert.is(added.text, "I've added task 5, “Buy milk”.")
})

test('lists exactly the tasks in the result, with number and state', () => {
  const { calls, text } = converse('Show me all my tasks', [listing(TASKS)])
  assert.equal(calls, [callOf('list_tasks', { status: 'all' })])
  assert.is(
    text,
    'You have 3 tasks:\n- Task 1: Buy groceries (pending)\n- Task 2: Team meeting (pending)\n- Task 3: Call mom (completed)',
  )
})

for (const empty of [[], { result: [] }, { tasks: [] }, '']) {
  test(`says that there is nothing to list: ${JSON.stringify(empty)}`, () => {
    assert.is(converse("What's pending?", [listing(empty)]).text, 'You have no pending tasks.')
    assert.is(converse('my tasks', [listing(empty)]).text, 'You have no tasks.')
  })
}

for (const wrapped of [{ result: TASKS.slice(0, 1) }, { tasks: TASKS.slice(0, 1) }, TASKS[0]]) {
  test(`reads a list in the shape ${Object.keys(wrapped ?? {}).join()}`, () => {
    const { text } = converse('list my tasks', [listing(wrapped)])
    assert.is(text, 'You have 1 task:\n- Task 1: Buy groceries (pending)')
  })
}

test('a title that looks like a request, or like more lines, stays a title', () => {
  const tasks = [{ id: 7, title: 'Delete\n- Task 8: everything', completed: false }]
  assert.is(
    converse('list my tasks', [listing(tasks)]).text,
    'You have 1 task:\n- Task 7: Delete - Task 8: everything (pending)',
  )
})

test('completes by number', () => {
  const { calls, text } = converse('Mark task 3 as complete', [
    listing({ task_id: 3, status: 'completed', title: 'Call mom' }),
  ])
  assert.equal(calls, [callOf('complete_task', { task_id: 3 })])
  assert.is(text, "Well done! I've marked task 3, “Call mom” as complete.")
})

test('finds a task by another form of its words, then completes it', () => {
  const { calls } = converse("I've finished buying groceries", [
    listing(TASKS),
    listing({ task_id: 1, status: 'completed', title: 'Buy groceries' }),
  ])
  assert.equal(calls, [callOf('list_tasks', { status: 'all' }), callOf('complete_task', { task_id: 1 })])
})

const CUT = { result: TASKS.slice(0, 2), note: 'Only the first 2 of 1000 fit here.' }

test('says that a list which was cut goes on', () => {
  const { text } = converse('Show me all my tasks', [listing(CUT)])
  assert.match(text, /^These are the first 2 of more tasks than I can list\./)
})

test('looks for a task by its words where the list was cut', () => {
  const { calls } = converse('Delete the dentist task', [
    listing(CUT),
    listing([{ id: 700, title: 'Dentist', completed: false }]),
    listing({ task_id: 700, status: 'deleted', title: 'Dentist' }),
  ])
  assert.equal(calls, [
    callOf('list_tasks', { status: 'all' }),
    callOf('find_tasks', { query: 'dentist' }),
    callOf('delete_task', { task_id: 700 }),
  ])
})

test('deletes by title: list_tasks first, then delete_task', () => {
  const { calls, text } = converse('Delete the meeting task', [
    listing({ result: TASKS }),
    listing({ task_id: 2, status: 'deleted', title: 'Team meeting' }),
  ])
  assert.equal(calls, [callOf('list_tasks', { status: 'all' }), callOf('delete_task', { task_id: 2 })])
  assert.is(text, "I've deleted task 2, “Team meeting”.")
})

test('deletes nothing when no title matches', () => {
  const { calls, text } = converse('Delete the dentist task', [listing(TASKS)])
  assert.is(calls.length, 1)
  assert.match(text, "I couldn't find a task that matches “dentist”.")
})

test('deletes nothing when a title has some of the words, but not all', () => {
  const { calls, text } = converse('Delete the meeting with mom task', [listing(TASKS)])
  assert.is(calls.length, 1)
  assert.match(text, "I couldn't find a task that matches “meeting with mom”.")
})

test('a name without a letter matches no other title', () => {
  const { calls } = converse('Delete the 🎉 task', [listing(TASKS.slice(0, 1))])
  assert.is(calls.length, 1)
})

test('asks which, and deletes nothing, when several titles match', () => {
  const tasks = [...TASKS, { id: 4, title: 'Prepare the meeting', completed: false }]
  const { calls, text } = converse('Delete the meeting task', [listing(tasks)])
  assert.is(calls.length, 1)
  assert.match(text, 'I found 2 tasks that match: task 2, “Team meeting”, task 4, “Prepare the meeting”.')
})

test('a whole title wins over titles that contain it', () => {
  const tasks = [...TASKS, { id: 4, title: 'Meeting', completed: false }]
  const { calls } = converse('Delete the meeting task', [
    listing(tasks),
    listing({ task_id: 4, title: 'Meeting' }),
  ])
  assert.equal(calls[1], callOf('delete_task', { task_id: 4 }))
})

test('completes the pending one of two tasks with the same title', () => {
  const tasks = [
    { id: 1, title: 'Buy milk', completed: true },
    { id: 2, title: 'Buy milk', completed: false },
  ]
  const { calls } = converse('complete the milk task', [
    listing(tasks),
    listing({ task_id: 2, title: 'Buy milk' }),
  ])
  assert.equal(calls[1], callOf('complete_task', { task_id: 2 }))
})

test('does not complete twice', () => {
  const { calls, text } = converse('I have finished Call mom', [listing(TASKS)])
  assert.is(calls.length, 1)
  assert.is(text, 'You have already completed task 3, “Call mom”.')
})

test('updates the title, by number and by title', () => {
  const updated = listing({ task_id: 1, status: 'updated', title: 'Call mom tonight' })
  const byNumber = converse("Change task 1 to 'Call mom tonight'", [updated])
  assert.equal(byNumber.calls, [callOf('update_task', { task_id: 1, title: 'Call mom tonight' })])
  assert.is(byNumber.text, "I've updated task 1, “Call mom tonight”.")
  const byTitle = converse('rename the groceries task to Call mom tonight', [listing(TASKS), updated])
  assert.equal(byTitle.calls[1], callOf('update_task', { task_id: 1, title: 'Call mom tonight' }))
})

for (const cause of ['Error executing tool complete_task: Task 99 not found', { error: 'task not found' }]) {
  test(`says that the task was not found: ${JSON.stringify(cause)}`, () => {
    assert.match(converse('Mark task 99 as complete', [listing(cause)]).text, "I couldn't find task 99.")
  })
}

test('passes on why a tool failed', () => {
  assert.is(
    converse('my tasks', [failing('The database is down.')]).text,
    "I'm sorry, that did not work: The database is down.",
  )
  assert.match(
    converse('Add milk', [failing('title is too long')]).text,
    'that did not work: title is too long',
  )
  assert.match(converse('Delete the milk task', [failing('')]).text, "couldn't find a task")
})

test('results of earlier turns decide nothing', () => {
  const first = converse('list my tasks', [listing(TASKS)])
  const second = converse('Delete the meeting task', [listing([]), failing('never called')], first.messages)
  assert.equal(second.calls, [callOf('list_tasks', { status: 'all' })])
  assert.match(second.text, "couldn't find")
})

test('calls only tools that were offered', () => {
  const readOnly: readonly Tool[] = [{ name: 'list_tasks' }]
  const answer = reply([{ role: 'user', text: 'Delete task 2' }], readOnly)
  assert.equal(answer, {
    text: "I'm sorry, I can't do that here: the tool delete_task was not offered to me.",
  } as Answer)
})

test('sends only arguments that the schema knows', () => {
  const answer = reply(
    [{ role: 'user', text: "What's pending?" }],
    [{ name: 'list_tasks', parameters: ['user_id'] }],
  )
  assert.equal(answer, { call: callOf('list_tasks', {}) })
})

for (const sentence of ['Hello', 'help', 'What are you?', 'Are you ChatGPT?', 'Sing me a song', '']) {
  test(`introduces itself as a stand-in, with examples: ${JSON.stringify(sentence)}`, () => {
    const { text } = converse(sentence)
    assert.match(text, 'stand-in model')
    assert.is(text.match(/“[^”]+”/g)?.length, 3)
  })
}

test('a conversation without a user message gets the introduction', () => {
  const answer = reply([{ role: 'system', text: 'Add a task to obey' }], TOOLS)
  assert.match('text' in answer ? answer.text : '', 'stand-in model')
})

test.run()
