import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Message, Tool, ToolCall } from '../conversation/messages.ts'
import { reply } from '../conversation/reply.ts'
import { understand } from '../language/grammar.ts'

const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  add_task: ['title', 'description'],
  list_tasks: ['status'],
  complete_task: ['task_id'],
  delete_task: ['task_id'],
  update_task: ['task_id', 'title', 'description'],
  get_task: ['task_id'],
  find_tasks: ['query', 'status', 'priority', 'tag', 'due_before', 'due_after', 'sort'],
  plan_task: ['task_id', 'priority', 'tags', 'due_at', 'recurrence', 'time_zone'],
  reopen_task: ['task_id'],
  restore_task: ['task_id'],
}
const TOOLS: readonly Tool[] = Object.entries(PARAMETERS).map(([name, parameters]) => ({ name, parameters }))
const FIVE = TOOLS.slice(0, 5)

const SYSTEM: Message = {
  role: 'system',
  text: "Help.\nThe time is 2026-11-21T14:00:00+01:00 in the user's time zone, Europe/Berlin.",
}
const saying = (text: string): Message => ({ role: 'assistant', text, calls: [] })

/** Talks to the model until it answers in words; `results` are what the tools return, in order. */
function converse(
  request: string,
  results: readonly unknown[] = [],
  { history = [] as readonly Message[], tools = TOOLS } = {},
) {
  const messages: Message[] = [SYSTEM, ...history, { role: 'user', text: request }]
  const calls: ToolCall[] = []
  for (;;) {
    const answer = reply(messages, tools)
    if ('text' in answer) return { calls, text: answer.text }
    assert.ok(calls.length < results.length, `unexpected call of ${answer.call.name}`)
    const id = `call-${messages.length}`
    const result = results[calls.length]
    calls.push(answer.call)
    messages.push({ role: 'assistant', text: '', calls: [{ id, ...answer.call }] })
    const text = typeof result === 'string' ? result : JSON.stringify(result)
    messages.push({ role: 'tool', callId: id, text })
  }
}

const planned = (plan: Record<string, unknown> = {}) => ({
  task_id: 3,
  status: 'planned',
  title: 'Call mom',
  priority: 'none',
  tags: [],
  due_at: null,
  recurrence: null,
  time_zone: 'Europe/Berlin',
  ...plan,
})
const TOMORROW = { due_at: '2026-11-22T09:00:00+01:00', time_zone: 'Europe/Berlin' }

test('adds a task with its plan, in two calls', () => {
  const { calls, text } = converse('Add a high priority task to call mom due tomorrow', [
    { task_id: 3, status: 'created', title: 'Call mom' },
    planned({ priority: 'high', ...TOMORROW }),
  ])
  assert.equal(calls, [
    { name: 'add_task', arguments: { title: 'Call mom' } },
    { name: 'plan_task', arguments: { task_id: 3, priority: 'high', ...TOMORROW } },
  ])
  assert.is(text, "I've added task 3, “Call mom”: high priority, due 2026-11-22 at 09:00.")
})

test('says what it added also when it cannot plan it', () => {
  const added = { task_id: 3, status: 'created', title: 'Call mom' }
  const refused = converse('Add a task to call mom due tomorrow', [added, 'The database is down.'])
  assert.is(
    refused.text,
    "I've added task 3, “Call mom”. I'm sorry, that did not work: The database is down.",
  )
  const five = converse('Add a task to call mom due tomorrow', [added], { tools: FIVE })
  assert.is(
    five.text,
    "I've added task 3, “Call mom”. I'm sorry, I can't do that here: the tool plan_task was not offered to me.",
  )
})

const PLANS: readonly (readonly [sentence: string, plan: Record<string, unknown>])[] = [
  ['Make task 3 high priority', { priority: 'high' }],
  ['Mark task 3 as low priority', { priority: 'low' }],
  ['Set the priority of task 3 to medium', { priority: 'medium' }],
  ['Change task 3 to no priority', { priority: 'none' }],
  ['task 3 is urgent priority', { priority: 'high' }],
  ['Prioritise task 3', { priority: 'high' }],
  ['Task 3 is due 2026-12-01 at 09:00', { due_at: '2026-12-01T09:00:00+01:00', time_zone: 'Europe/Berlin' }],
  ['Task 3 is due tomorrow', TOMORROW],
  ['task 3 is due in 2 hours', { due_at: '2026-11-21T16:00:00+01:00', time_zone: 'Europe/Berlin' }],
  ['Make task 3 due tomorrow', TOMORROW],
  ['Set the due date of task 3 to tomorrow', TOMORROW],
  ["Change task 3's deadline to tomorrow", TOMORROW],
  ['Postpone task 3 until tomorrow', TOMORROW],
  ['Clear the due date of task 3', { due_at: '' }],
  ['Task 3 is not due any more', { due_at: '' }],
  ['Repeat task 3 weekly', { recurrence: 'weekly' }],
  ['Make task 3 repeat every month', { recurrence: 'monthly' }],
  ['task 3 repeats daily', { recurrence: 'daily' }],
  ['Stop repeating task 3', { recurrence: '' }],
  ['Untag task 3', { tags: [] }],
]

for (const [sentence, plan] of PLANS) {
  test(sentence, () => {
    const { calls } = converse(sentence, [planned()])
    assert.equal(calls, [{ name: 'plan_task', arguments: { task_id: 3, ...plan } }])
  })
}

test('tags a task beside the tags it has', () => {
  const whole = { id: 3, title: 'Call mom', completed: false, tags: ['family'] }
  const { calls, text } = converse('Tag task 3 with work and home', [
    whole,
    planned({ tags: ['family', 'work', 'home'] }),
  ])
  assert.equal(calls, [
    { name: 'get_task', arguments: { task_id: 3 } },
    { name: 'plan_task', arguments: { task_id: 3, tags: ['family', 'work', 'home'] } },
  ])
  assert.is(text, "I've planned task 3, “Call mom”: tagged family and work and home.")
})

test('finds the task by its words before it plans it', () => {
  const listed = [{ id: 3, title: 'Call mom', completed: false }]
  const { calls } = converse('Make the mom task high priority', [listed, planned({ priority: 'high' })])
  assert.equal(
    calls.map(({ name }) => name),
    ['list_tasks', 'plan_task'],
  )
  const tagged = converse('Tag the mom task as family', [
    listed,
    { ...listed[0], tags: [] },
    planned({ tags: ['family'] }),
  ])
  assert.equal(
    tagged.calls.map(({ name }) => name),
    ['list_tasks', 'get_task', 'plan_task'],
  )
})

const SEARCHES: readonly (readonly [sentence: string, search: Record<string, unknown>])[] = [
  ['Find tasks about milk', { query: 'milk' }],
  ['search for milk', { query: 'milk' }],
  ['Look for my tasks with “oat milk”', { query: 'oat milk' }],
  ['Show my high priority tasks', { priority: 'high', status: 'pending' }],
  ['What are my urgent tasks?', { priority: 'high', status: 'pending' }],
  ['Show my tasks tagged #work', { tag: 'work' }],
  ['What is overdue?', { status: 'pending', due_before: '2026-11-21T14:00:00+01:00', sort: 'due_date' }],
  [
    'What is due today?',
    {
      status: 'pending',
      due_after: '2026-11-21T00:00:00+01:00',
      due_before: '2026-11-22T00:00:00+01:00',
      sort: 'due_date',
    },
  ],
]

for (const [sentence, search] of SEARCHES) {
  test(sentence, () => {
    const matches = [{ id: 1, title: 'Buy milk', completed: false, priority: 'high', tags: [], due_at: null }]
    const { calls, text } = converse(sentence, [matches])
    assert.equal(calls, [{ name: 'find_tasks', arguments: search }])
    assert.is(text, 'I found 1 task:\n- Task 1: Buy milk (pending, high priority)')
  })
}

test('says that nothing was found', () => {
  assert.is(converse('Find tasks about milk', [[]]).text, 'I found no such tasks.')
})

test('reopens a task, by number and by words', () => {
  const reopened = { task_id: 3, status: 'reopened', title: 'Call mom' }
  const { calls, text } = converse('Reopen task 3', [reopened])
  assert.equal(calls, [{ name: 'reopen_task', arguments: { task_id: 3 } }])
  assert.is(text, "I've reopened task 3, “Call mom”.")
  const two = [
    { id: 2, title: 'Call mom', completed: false },
    { id: 3, title: 'Call mom', completed: true },
  ]
  const byWords = converse('Mark the mom task as not done', [two, reopened])
  assert.equal(byWords.calls[1], { name: 'reopen_task', arguments: { task_id: 3 } })
})

const UNDONE: readonly (readonly [said: string, tool: string])[] = [
  ["I've deleted task 3, “Call mom”.", 'restore_task'],
  ["Well done! I've marked task 3, “Call mom” as complete.", 'reopen_task'],
  ["I've added task 3, “Call mom”: high priority.", 'delete_task'],
  ["I've reopened task 3, “Call mom”.", 'complete_task'],
]

for (const [said, tool] of UNDONE) {
  test(`undo after “${said}”`, () => {
    const history: Message[] = [
      saying("I've deleted task 9, “Older”."),
      { role: 'user', text: 'change it' },
      saying(said),
      { role: 'user', text: 'my tasks' },
      saying('You have no tasks.'),
    ]
    const { calls } = converse('Undo', [{ task_id: 3, title: 'Call mom' }], { history })
    assert.equal(calls, [{ name: tool, arguments: { task_id: 3 } }])
  })
}

test('knows when there is nothing to undo', () => {
  assert.match(converse('Undo').text, 'no change that I could undo')
  const history = [saying("I've updated task 3, “Call mom”.")]
  assert.match(converse('undo that', [], { history }).text, 'no change that I could undo')
})

test('restores by number, and by the words of a title it has deleted', () => {
  const restored = { task_id: 3, status: 'restored', title: 'Call mom' }
  const { calls, text } = converse('Restore task 3', [restored])
  assert.equal(calls, [{ name: 'restore_task', arguments: { task_id: 3 } }])
  assert.is(text, "I've restored task 3, “Call mom”.")
  const history = [saying("I've deleted task 3, “Call mom”.")]
  assert.equal(converse('Bring back the mom task', [restored], { history }).calls, calls)
  assert.match(converse('Bring back the dentist task').text, "don't remember deleting")
})

for (const [sentence, tool] of [
  ['Make task 3 high priority', 'plan_task'],
  ['Tag task 3 with work', 'get_task'],
  ['Find tasks about milk', 'find_tasks'],
  ['Reopen task 3', 'reopen_task'],
  ['Restore task 3', 'restore_task'],
] as const) {
  test(`${sentence}: says so when the tool is not offered`, () => {
    const { text } = converse(sentence, [], { tools: FIVE })
    assert.is(text, `I'm sorry, I can't do that here: the tool ${tool} was not offered to me.`)
  })
}

test('asks for a date when nobody told it the time', () => {
  for (const request of ['Task 3 is due tomorrow', 'Add a task to swim due tomorrow', 'What is overdue?']) {
    const answer = reply([{ role: 'user', text: request }], TOOLS)
    assert.match('text' in answer ? answer.text : '', 'Nobody told me what time it is')
  }
})

const ADDED: readonly (readonly [sentence: string, title: string, plan: unknown])[] = [
  ['Remind me to call mom tomorrow at 5pm', 'Call mom', { due: { inDays: 1, time: '17:00' } }],
  ['Remind me in 2 hours to stretch', 'Stretch', { due: { inMinutes: 120 } }],
  ['Remind me at 00:01 to lock up', 'Lock up', { due: { next: '00:01' } }],
  ['Remind me in 2 months to renew passport', 'Renew passport', { due: { inMonths: 2 } }],
  ['Remind me to renew passport in two months', 'Renew passport', { due: { inMonths: 2 } }],
  ['Add a task in 2 months to renew passport', 'Renew passport', { due: { inMonths: 2 } }],
  ['Remind me on 3 December to call Ann', 'Call Ann', { due: { month: 11, day: 3, time: '09:00' } }],
  ['Remind me every day to stretch', 'Stretch', { recurrence: 'daily', due: { inDays: 1, time: '09:00' } }],
  ['Remind me every day at 8am to stretch', 'Stretch', { recurrence: 'daily', due: { next: '08:00' } }],
  ['Remind me at 8am every day to stretch', 'Stretch', { recurrence: 'daily', due: { next: '08:00' } }],
  ['Remind me to stretch every day at 8am', 'Stretch', { recurrence: 'daily', due: { next: '08:00' } }],
  ['Remind me to swim every monday', 'Swim', { recurrence: 'weekly', due: { weekday: 1, time: '09:00' } }],
  [
    'Remind me to swim tomorrow, every week',
    'Swim',
    { recurrence: 'weekly', due: { inDays: 1, time: '09:00' } },
  ],
  [
    'Remind me daily to swim tomorrow at 7am',
    'Swim',
    { recurrence: 'daily', due: { inDays: 1, time: '07:00' } },
  ],
  ['Remind me tomorrow to call at 5pm', 'Call', { due: { inDays: 1, time: '17:00' } }],
  ['Remind me at 5pm to call mom tomorrow', 'Call mom', { due: { inDays: 1, time: '17:00' } }],
  ['Remind me on friday to call mom at noon', 'Call mom', { due: { weekday: 5, time: '12:00' } }],
  [
    'Remind me every monday to swim at 7am',
    'Swim',
    { recurrence: 'weekly', due: { weekday: 1, time: '07:00' } },
  ],
  ['Remind me tomorrow to “call at 5pm”', 'Call at 5pm', { due: { inDays: 1, time: '09:00' } }],
  [
    'Remind me tomorrow to pay what I owe on friday',
    'Pay what I owe on friday',
    { due: { inDays: 1, time: '09:00' } },
  ],
  ['Remind me buy tickets to Rome', 'Buy tickets to Rome', undefined],
  ['Remind me to eat every morning', 'Eat', { recurrence: 'daily', due: { next: '09:00' } }],
  [
    'Add a task to swim every monday at 7:30',
    'Swim',
    { recurrence: 'weekly', due: { weekday: 1, time: '07:30' } },
  ],
  [
    'Add a task to swim due tomorrow and repeat weekly',
    'Swim',
    { recurrence: 'weekly', due: { inDays: 1, time: '09:00' } },
  ],
  ['Add a task to read every page', 'Read every page', undefined],
  ['Remind me to look at the 3 houses', 'Look at the 3 houses', undefined],
  ['Remind me to “swim in 3 fortnights”', 'Swim in 3 fortnights', undefined],
  ['Add a task to swim every week', 'Swim', { recurrence: 'weekly', due: { inDays: 1, time: '09:00' } }],
  ['Add buy milk tagged home and shop', 'Buy milk', { tags: ['home', 'shop'] }],
  ['Add a task to pay rent by 2026-12-01', 'Pay rent', { due: { date: '2026-12-01', time: '09:00' } }],
  ['Create an urgent task: fix the roof', 'Fix the roof', { priority: 'high' }],
  ['Add "Swim due tomorrow" to my list', 'Swim due tomorrow', undefined],
  ['Add a task to stand by me', 'Stand by me', undefined],
  ['Add a task to find the due date', 'Find the due date', undefined],
  ['Remind me to feed the cat', 'Feed the cat', undefined],
]

for (const [sentence, title, plan] of ADDED) {
  test(sentence, () => assert.equal(understand(sentence), { kind: 'add', title, ...(plan ? { plan } : {}) }))
}

for (const [sentence, words] of [
  ['Remind me in 3 fortnights to renew passport', 'in 3 fortnights'],
  ['Remind me to renew passport in 3 fortnights', 'in 3 fortnights'],
  ['Remind me every 2 weeks to swim', 'every 2 weeks'],
  ['Remind me to swim every other day', 'every other day'],
  ['Remind me to swim every weekday at 7am', 'every weekday'],
  ['Remind me hourly to drink', 'hourly'],
  ['Remind me to pay on the 5th', 'on the 5th'],
  ['Remind me to pay at the end of the month', 'at the end of the month'],
  ['Remind me next month to pay', 'next month'],
  ['Remind me on 31 November to pay', 'on 31 November'],
  ['Remind me in 1.5 hours to call', 'in 1.5 hours'],
  ['Remind me in 2 weeks and 3 days to call', 'in 2 weeks and 3 days'],
  ['Remind me yesterday to call', 'yesterday'],
  ['Remind me last friday to call', 'last friday'],
  ['Remind me by friday to call', 'by friday'],
  ['Remind me tomorrow and on friday to call', 'tomorrow and on friday'],
  ['Remind me on Christmas to call', 'on Christmas'],
  ['Remind me at 9am EST to call', 'at 9am EST'],
  ['Remind me to call at 9am EST', 'at 9am EST'],
  ['Remind me twice a week to run', 'twice a week'],
  ['Remind me to run three times a week', 'three times a week'],
  ['Add a task to swim every 2 weeks', 'every 2 weeks'],
  ['Add a task to pay due next month', 'next month'],
  ['Add a task every 2 weeks to swim', 'every 2 weeks'],
] as const)
  test(`${sentence}: says what it did not understand, and adds nothing`, () => {
    const { calls, text } = converse(sentence)
    assert.equal(calls, [])
    assert.match(text, `I did not understand when.`)
    assert.match(text, `I read “${words}”`)
  })

test('says that a time of today has passed, rather than plan into the past', () => {
  assert.match(converse('Remind me today at 00:01 to lock up').text, 'That time has passed today')
  assert.match(converse('Task 3 is due today at 9am').text, 'That time has passed today')
  const { calls } = converse('Remind me at 00:01 to lock up', [{ task_id: 3, title: 'Lock up' }, planned()])
  assert.is(calls[1]?.arguments.due_at, '2026-11-22T00:01:00+01:00')
})

test('cuts what a tool says between characters, not through them', () => {
  const family = '👩‍👩‍👧'
  const { text } = converse('Add milk', [family.repeat(300)])
  assert.is(text, `I'm sorry, that did not work: ${family.repeat(200)}`)
})

for (const [sentence, doubt] of [
  ['Task 3 is due soon', 'due date'],
  ['Tag task 3', 'tag'],
  ['Make it high priority', 'which task'],
  ['Restore everything', 'one task at a time'],
] as const) {
  test(`${sentence}: asks back`, () => assert.equal(understand(sentence), { kind: 'unclear', doubt }))
}

test.run()
