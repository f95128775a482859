import assert from 'node:assert/strict'
import { as, type User } from './user.ts'

interface Task {
  id: number
  title: string
  completed: boolean
  priority: string
  tags: string[]
  due_at: string | null
  recurrence: string | null
}

interface Streamed {
  readonly name: string
  readonly data: Record<string, unknown>
}

/**
 * The sentences beside the eight: plans, searches, and what takes a change back. Each is said in one conversation over
 * the streamed chat, with the tools it has to call; the API has to show what came of it.
 */
export async function planningSentences(user: User, origin: string): Promise<void> {
  let conversation_id: unknown
  const say = async (message: string) => {
    const events = await stream(user, origin, { message, conversation_id, time_zone: 'Europe/Berlin' })
    const done = events.at(-1)
    assert.equal(done?.name, 'done', `"${message}" ended with ${JSON.stringify(done)}`)
    conversation_id = done.data.conversation_id
    const deltas = events.filter(({ name }) => name === 'text').map(({ data }) => data.delta)
    assert.equal(deltas.join(''), done.data.response)
    const tools = events.filter(({ name }) => name === 'tool_call').map(({ data }) => data.tool)
    return { tools, response: String(done.data.response) }
  }
  const task = async (id: number) => (await as<Task>(user, origin, 'GET', `tasks/${id}`)).body

  const added = await say('Add a high priority task to call mom due tomorrow at 9am')
  assert.deepEqual(added.tools, ['add_task', 'plan_task'])
  const [mom] = (await as<Task[]>(user, origin, 'GET', 'tasks')).body
  assert.ok(mom)
  const { id } = mom
  assert.deepEqual([mom.title, mom.priority], ['Call mom', 'high'])
  assert.ok(mom.due_at && new Date(mom.due_at) > new Date())

  assert.deepEqual((await say(`Make task ${id} low priority`)).tools, ['plan_task'])
  assert.equal((await task(id)).priority, 'low')

  await say(`Tag task ${id} with family`)
  assert.deepEqual((await say(`Tag task ${id} with work and home`)).tools, ['get_task', 'plan_task'])
  assert.deepEqual((await task(id)).tags, ['family', 'work', 'home'])

  await say(`Task ${id} is due 2099-12-01 at 09:00`)
  assert.equal(Date.parse((await task(id)).due_at ?? ''), Date.parse('2099-12-01T09:00:00+01:00'))
  await say(`Repeat task ${id} weekly`)
  assert.equal((await task(id)).recurrence, 'weekly')

  const found = await say('Find tasks about mom')
  assert.deepEqual(found.tools, ['find_tasks'])
  assert.ok(found.response.includes('Call mom') && found.response.includes('due 2099-12-01 at 09:00'))
  assert.ok((await say('Show my tasks tagged family')).response.includes('Call mom'))
  assert.equal((await say('Show my high priority tasks')).response, 'I found no such tasks.')
  await say(`Task ${id} is due 2020-01-01 at 09:00`)
  assert.ok((await say('What is overdue?')).response.includes('Call mom'))
  await say(`Stop repeating task ${id}`)

  await say(`Mark task ${id} as complete`)
  assert.deepEqual((await say(`Reopen task ${id}`)).tools, ['reopen_task'])
  assert.equal((await task(id)).completed, false)

  await say(`Delete task ${id}`)
  assert.deepEqual((await say('Undo')).tools, ['restore_task'])
  assert.equal((await task(id)).title, 'Call mom')
}

/** Says something in the streamed chat and returns its events. */
async function stream(user: User, origin: string, body: unknown): Promise<readonly Streamed[]> {
  const answer = await fetch(`${origin}/api/${user.id}/chat/stream`, {
    method: 'POST',
    headers: { authorization: `Bearer ${user.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  assert.match(answer.headers.get('content-type') ?? '', /^text\/event-stream/)
  return (await answer.text()).split('\n\n').flatMap((block) => {
    const [, name, data] = /^event: (.+)\ndata: (.+)$/.exec(block) ?? []
    return name && data ? [{ name, data: JSON.parse(data) }] : []
  })
}
