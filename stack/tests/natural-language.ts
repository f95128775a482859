import assert from 'node:assert/strict'
import { as, type User } from './user.ts'

interface ChatAnswer {
  conversation_id: number
  response: string
  tool_calls: { tool: string; input: Record<string, unknown>; output: unknown }[]
}

/** A task as PostgreSQL has it. */
export interface Row {
  id: number
  title: string
  completed: boolean
}

/**
 * The eight sentences that the assistant has to understand, each with the tools it has to call and what the table of
 * tasks holds then.
 *
 * @param rows reads this user's rows from PostgreSQL itself, by id
 */
export async function eightSentences(
  user: User,
  origin: string,
  rows: (userId: string) => Promise<Row[]>,
): Promise<void> {
  const add = async (title: string) => (await as<Row>(user, origin, 'POST', 'tasks', { title })).body.id
  const say = async (message: string) => {
    const { status, body } = await as<ChatAnswer>(user, origin, 'POST', 'chat', { message })
    assert.equal(status, 200, `"${message}" was answered ${status}`)
    return { ...body, tools: body.tool_calls.map(({ tool }) => tool) }
  }
  const titles = async () => (await rows(user.id)).map(({ title }) => title)

  const call = await add('Call mom')
  const report = await add('Write the report')
  await add('Meeting with Sam')

  assert.deepEqual((await say('Add a task to buy groceries')).tools, ['add_task'])
  assert.ok((await titles()).includes('Buy groceries'))

  const all = await say('Show me all my tasks')
  assert.deepEqual(all.tools, ['list_tasks'])
  for (const title of await titles())
    assert.ok(all.response.includes(title), `"${title}" is not in: ${all.response}`)

  assert.deepEqual((await say(`Mark task ${report} as complete`)).tools, ['complete_task'])
  assert.equal((await rows(user.id)).find(({ id }) => id === report)?.completed, true)

  const pending = await say("What's pending?")
  assert.deepEqual(pending.tools, ['list_tasks'])
  assert.ok(pending.response.includes('Buy groceries') && !pending.response.includes('Write the report'))

  const completed = await say('What have I completed?')
  assert.deepEqual(completed.tools, ['list_tasks'])
  assert.ok(completed.response.includes('Write the report') && !completed.response.includes('Buy groceries'))

  assert.deepEqual((await say('Delete the meeting task')).tools, ['list_tasks', 'delete_task'])
  assert.ok(!(await titles()).includes('Meeting with Sam'))

  assert.deepEqual((await say(`Change task ${call} to 'Call mom tonight'`)).tools, ['update_task'])
  assert.equal((await rows(user.id)).find(({ id }) => id === call)?.title, 'Call mom tonight')

  assert.deepEqual((await say('I need to remember to pay bills')).tools, ['add_task'])
  assert.ok((await titles()).includes('Pay bills'))
}
