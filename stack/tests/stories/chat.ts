import assert from 'node:assert/strict'
import type { Locator, Page, Route } from 'playwright-core'
import type { Stage, Story } from '../stage.ts'
import { as } from '../user.ts'
import { holdAnswers } from './held-answers.ts'
import { checkbox, eventually, focused, given, open, reload, sent, shows } from './home.ts'
import { latch } from './latch.ts'

/** An answer as it comes: the tool at work, what it did, the list, then word after word. */
export const chatStreams: Story = async (stage) => {
  const { page } = stage
  const answer = await holdAnswers(page)
  await open(stage)
  await say(page, 'Add a task to buy groceries')
  await log(page).getByText('Add a task to buy groceries').waitFor()
  await answer.until('tool_call')
  await log(page).getByText('Adding a task…').waitFor()
  await answer.until('tool_result')
  await log(page).getByText('Used add_task').waitFor()
  await shows(page, ['Buy groceries'])
  await answer.until('text')
  await log(page).getByText('I’ve').or(log(page).getByText("I've")).waitFor()
  assert.equal(await log(page).getByText('“Buy groceries”').count(), 0)
  await page.getByRole('button', { name: 'Stop' }).waitFor()
  answer.rest()
  await log(page).getByText('“Buy groceries”').waitFor()
  await page.getByRole('button', { name: 'Send', exact: true }).waitFor()
}

/** What the assistant does to tasks that are in the list already. */
export const chatChangesList: Story = async (stage) => {
  const { page } = stage
  const [call] = await given(stage, { title: 'Call mom' }, { title: 'Old thing' })
  await open(stage)
  await say(page, `Mark task ${call?.id} as complete`)
  await checkbox(page, 'Call mom', true).waitFor()
  await say(page, 'Delete the old thing task')
  await shows(page, ['Call mom'])
  await log(page).getByText('Used delete_task').click()
  await log(page).getByText('"task_id"').last().waitFor()
}

/** A task ticked off just as the list is asked for what the assistant has done. */
export const chatWhileTicking: Story = async (stage) => {
  const { page } = stage
  await given(stage, { title: 'Call mom' })
  await open(stage)
  const { released, release } = latch()
  await page.route('**/tasks?*', async (route) => {
    await released
    // Given up by the page meanwhile, which is the point.
    await route.continue().catch(() => undefined)
  })
  const asked = page.waitForRequest('**/tasks?*')
  await say(page, 'Add a task to buy groceries')
  await asked
  await checkbox(page, 'Call mom').click()
  await checkbox(page, 'Call mom', true).waitFor()
  release()
  await shows(page, ['Buy groceries', 'Call mom'])
  await checkbox(page, 'Call mom', true).waitFor()
}

/** What the assistant offers as examples, it understands. */
export const chatExamples: Story = async (stage) => {
  const { page } = stage
  await given(stage, { title: 'Long ago', due_at: '2001-01-01T12:00:00Z' })
  await open(stage)
  const examples = log(page).getByRole('button')
  await examples.first().waitFor()
  const count = await examples.count()
  assert.ok(count > 0)
  for (let index = 0; index < count; index += 1) {
    await page.getByRole('button', { name: 'New conversation' }).click()
    await examples.nth(index).click()
    await focused(page, page.getByRole('textbox', { name: 'Message' }))
    await log(page)
      .getByText(/Used \w+/)
      .waitFor()
    await page.getByRole('button', { name: 'Send', exact: true }).waitFor()
  }
}

/** A conversation that is there after a reload, and goes on. */
export const chatResumes: Story = async (stage) => {
  const { page } = stage
  await open(stage)
  await page.getByRole('button', { name: 'What’s pending?' }).click()
  await log(page).getByText('You have no pending tasks.').waitFor()
  const field = page.getByRole('textbox', { name: 'Message' })
  await field.fill('Half a sent')
  await reload(page)
  await log(page).getByText('What’s pending?').waitFor()
  assert.equal(await field.inputValue(), 'Half a sent')
  await log(page).getByText('You have no pending tasks.').waitFor()
  await log(page).getByText('Used list_tasks').waitFor()
  await say(page, 'Add a task to water the plants')
  await log(page).getByText('“Water the plants”').waitFor()
  assert.deepEqual((await conversations(stage)).length, 1)
}

/** Several conversations: begun, looked up, deleted. */
export const chatConversations: Story = async (stage) => {
  const { page } = stage
  await open(stage)
  await say(page, 'Add a task to buy milk')
  await log(page).getByText('“Buy milk”').waitFor()
  await page.getByRole('button', { name: 'New conversation' }).click()
  await say(page, 'Add a task to buy bread')
  await log(page).getByText('“Buy bread”').waitFor()
  assert.equal(await log(page).getByText('“Buy milk”').count(), 0)

  await page.getByRole('button', { name: 'Conversations', exact: true }).click()
  const known = page.getByRole('list', { name: 'Conversations' })
  const entries = known.getByRole('listitem')
  await entries.nth(0).getByText('Add a task to buy bread').waitFor()
  await entries.nth(1).getByText('Add a task to buy milk').click()
  await log(page).getByText('“Buy milk”').waitFor()
  await focused(page, page.getByRole('textbox', { name: 'Message' }))
  assert.equal(await log(page).getByText('“Buy bread”').count(), 0)

  await page.getByRole('button', { name: 'Conversations', exact: true }).click()
  const remove = page.getByRole('button', { name: 'Delete the conversation Add a task to buy milk' })
  await remove.click()
  await page.getByRole('button', { name: 'Keep it' }).click()
  await focused(page, remove)
  assert.equal((await conversations(stage)).length, 2)
  await remove.click()
  await page.getByRole('button', { name: 'Delete for good' }).click()
  await entries.nth(1).waitFor({ state: 'detached' })
  await focused(page, page.getByRole('textbox', { name: 'Message' }))
  await page.getByRole('button', { name: 'Conversations', exact: true }).click()
  await log(page).getByText('Tell me what to do with your tasks').waitFor()
  await reload(page)
  await log(page).getByText('“Buy bread”').waitFor()
  assert.equal((await conversations(stage)).length, 1)
}

/** What was under way while a conversation was deleted brings it back neither into the list nor into view. */
export const chatDeletedStaysAway: Story = async (stage) => {
  const { page } = stage
  await talkedAbout(stage, 'Add a task to stay')
  await talkedAbout(stage, 'Add a task to go')
  await open(stage)
  const others = page.getByRole('button', { name: 'Conversations', exact: true })
  const entries = page.getByRole('list', { name: 'Conversations' }).getByRole('listitem')
  await others.click()
  await entries.nth(1).waitFor()
  await say(page, 'What’s pending?')
  await log(page).getByText('Used list_tasks').waitFor()
  await page.getByRole('button', { name: 'Send', exact: true }).waitFor()
  const listing = await holdAnswer(page, '**/conversations')
  await others.click()
  await listing.asked
  await remove(page, 'Add a task to go')
  await entries.nth(1).waitFor({ state: 'detached' })
  listing.release()
  await sent(page)
  assert.equal(await entries.count(), 1)

  const opening = await holdAnswer(page, '**/messages?*')
  await entries.getByText('Add a task to stay').click()
  await opening.asked
  await others.click()
  await remove(page, 'Add a task to stay')
  await page.getByText('There is no conversation yet.').waitFor()
  opening.release()
  await sent(page)
  await others.click()
  await log(page).getByText('Tell me what to do with your tasks').waitFor()
  assert.equal(await log(page).getByText('“Stay”').count(), 0)
}

/** Has what the server says to the next such request wait, even where the page has given it up meanwhile. */
async function holdAnswer(page: Page, url: string): Promise<{ asked: Promise<void>; release: () => void }> {
  const [asked, answer] = [latch(), latch()]
  const hold = async (route: Route) => {
    const response = await route.fetch()
    asked.release()
    await answer.released
    await route.fulfill({ response }).catch(() => undefined)
  }
  await page.route(url, hold, { times: 1 })
  return { asked: asked.released, release: answer.release }
}

async function remove(page: Page, title: string): Promise<void> {
  await page.getByRole('button', { name: `Delete the conversation ${title}` }).click()
  await page.getByRole('button', { name: 'Delete for good' }).click()
}

/** Conversations that are slow to open: what was turned to last counts, and nothing goes to the one before. */
export const chatOpensInOrder: Story = async (stage) => {
  const { page } = stage
  const slow = await talkedAbout(stage, 'Add a task to be slow')
  await talkedAbout(stage, 'Add a task to be fast')
  await talkedAbout(stage, 'Add a task to be shown')
  await open(stage)
  const { released, release } = latch()
  const messages = `**/conversations/${slow}/messages?*`
  await page.route(messages, async (route) => {
    await released
    await route.continue()
  })
  const field = page.getByRole('textbox', { name: 'Message' })
  await pick(page, 'Add a task to be slow')
  await field.fill('What’s pending?')
  await field.press('Enter')
  assert.equal(await field.inputValue(), 'What’s pending?')
  await pick(page, 'Add a task to be fast')
  await log(page).getByText('“Be fast”').waitFor()
  await pick(page, 'Add a task to be slow')
  await page.getByRole('button', { name: 'New conversation' }).click()
  const late = page.waitForResponse(messages)
  release()
  await (await late).finished()
  await field.press('Enter')
  await log(page).getByText('Used list_tasks').waitFor()
  assert.equal(await log(page).getByText('“Be slow”').count(), 0)
  assert.equal((await conversations(stage)).length, 4)
}

/** On a phone, a long conversation opens where it ended. */
export const chatOpensAtEnd: Story = async (stage) => {
  const { page } = stage
  await page.setViewportSize({ width: 390, height: 500 })
  const id = await talkedAbout(stage, 'Add a task to be first')
  for (const which of ['second', 'third', 'fourth', 'fifth', 'last'])
    await talkedAbout(stage, `Add a task to be ${which}`, id)
  await open(stage)
  await page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: 'Assistant' }).click()
  await log(page).getByText('Add a task to be last').waitFor()
  await atEnd(page)
}

/** A conversation that is longer than what a page shows of it: the rest comes when it is asked for, and moves nothing. */
export const chatShowsEarlier: Story = async (stage) => {
  const { page, user } = stage
  const id = await talkedAbout(stage, 'Add a task to be one of many')
  await talkedAbout(stage, 'Add a task to be shown')
  await open(stage)
  const messages = Array.from({ length: 60 }, (_, index) => ({
    ...{ id: index + 1, user_id: user.id, conversation_id: id, created_at: '2026-01-01T00:00:00Z' },
    ...{ role: index % 2 ? 'assistant' : 'user', content: `Word number ${index + 1}` },
    ...{ tool_calls: [], interrupted: false },
  }))
  await page.route(`**/conversations/${id}/messages?*`, (route) => {
    const latest = route.request().url().includes('order=desc')
    return route.fulfill({
      headers: latest ? { link: `</api?offset=50>; rel="next"` } : {},
      json: latest ? messages.slice(10).toReversed() : messages,
    })
  })
  await pick(page, 'Add a task to be one of many')
  await log(page).getByText('Word number 60').waitFor()
  assert.equal(await log(page).getByText('Word number 10', { exact: true }).count(), 0)
  await atEnd(page)
  await log(page).evaluate((element) => element.scrollTo({ top: 0 }))
  const first = log(page).getByText('Word number 11', { exact: true })
  const before = await first.boundingBox()
  await page.getByRole('button', { name: 'Earlier messages' }).click()
  await log(page).getByText('Word number 1', { exact: true }).waitFor()
  const after = await first.boundingBox()
  assert.ok(Math.abs((after?.y ?? 0) - (before?.y ?? 0)) < 60, 'what was being read has gone')
  assert.equal(await page.getByRole('button', { name: 'Earlier messages' }).count(), 0)
}

/** Who asks too often is told when to come again, and what was asked is not lost. */
export const chatTooOften: Story = async (stage) => {
  const { page, expects } = stage
  expects(/console: .* 429 /)
  await open(stage)
  await page.route('**/chat/stream', (route) =>
    route.fulfill({
      status: 429,
      contentType: 'application/problem+json',
      headers: { 'retry-after': '900' },
      body: JSON.stringify({ status: 429, detail: 'Today’s tokens are used up.' }),
    }),
  )
  await say(page, 'Add a task to be patient')
  const said = page
    .getByRole('alert')
    .getByText('Today’s tokens are used up. You can try again in 15 minutes.')
  await said.waitFor()
  await page.unroute('**/chat/stream')
  await page.getByRole('button', { name: 'Try again' }).click()
  await log(page).getByText('“Be patient”').waitFor()
  assert.equal(await said.count(), 0)
}

/** An answer stopped in the middle, then asked for again; all the while one can go on writing. */
export const chatStops: Story = async (stage) => {
  const { page } = stage
  const field = page.getByRole('textbox', { name: 'Message' })
  await given(stage, { title: 'Stay as I am' })
  const answer = await holdAnswers(page)
  await open(stage)
  await say(page, 'Show me all my tasks')
  await page.getByRole('button', { name: 'Stop' }).click()
  await log(page).getByText('Stopped.').waitFor()
  await page.getByRole('button', { name: 'Try again' }).click()
  await log(page).getByText('Stopped.').waitFor({ state: 'detached' })
  await focused(page, field)
  await answer.until('text')
  await log(page).getByText('Used list_tasks').waitFor()
  await field.fill('Not sent by stopping')
  await page.getByRole('button', { name: 'Stop' }).click()
  await log(page).getByText('This answer was interrupted.').waitFor()
  await page.getByRole('button', { name: 'Send', exact: true }).waitFor()
  await focused(page, field)
  assert.equal(await field.inputValue(), 'Not sent by stopping')
  await page.getByRole('button', { name: 'Try again' }).click()
  await focused(page, field)
  answer.rest()
  await log(page).getByText(': Stay as I am (pending)').waitFor()
  await log(page).getByText('This answer was interrupted.').waitFor({ state: 'detached' })
  assert.equal(await log(page).getByText('Show me all my tasks').count(), 1)
}

/** A message longer than any takes what the server takes, and is answered. */
export const chatTooLong: Story = async (stage) => {
  const { page } = stage
  await open(stage)
  const field = page.getByRole('textbox', { name: 'Message' })
  await field.fill('e'.repeat(100_000))
  assert.equal((await field.inputValue()).length, 8_000)
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await log(page).getByText('I am a stand-in model').waitFor()
  await say(page, 'Add a task to be brief')
  await log(page).getByText('“Be brief”').waitFor()
}

/** A message that nobody answered is sent again, once. */
export const chatRetries: Story = async (stage) => {
  const { page, expects } = stage
  expects(/console: .* 503 /)
  await open(stage)
  await page.route('**/chat/stream', (route) =>
    route.fulfill({
      status: 503,
      contentType: 'application/problem+json',
      body: JSON.stringify({ status: 503, detail: 'The assistant is away; try again shortly.' }),
    }),
  )
  await say(page, 'Add a task to feed the cat')
  await page.getByRole('alert').getByText('The assistant is away; try again shortly.').waitFor()
  await page.unroute('**/chat/stream')
  await page.getByRole('button', { name: 'Try again' }).click()
  await log(page).getByText('“Feed the cat”').waitFor()
  await shows(page, ['Feed the cat'])
  await reload(page)
  assert.equal(await log(page).getByText('Add a task to feed the cat').count(), 1)
}

/** A connection lost in mid-answer: what was said stays, and what was done is not done twice. */
export const chatBreaksOff: Story = async (stage) => {
  const { page } = stage
  const answer = await holdAnswers(page)
  await open(stage)
  await say(page, 'Add a task to buy stamps')
  await answer.until('text')
  answer.breakOff()
  await page.getByRole('alert').getByText('The connection broke off').waitFor()
  await log(page).getByText('Used add_task').waitFor()
  answer.rest()
  await page.getByRole('button', { name: 'Try again' }).click()
  await log(page).getByText('“Buy stamps”').waitFor()
  await page.getByRole('button', { name: 'Send', exact: true }).waitFor()
  await shows(page, ['Buy stamps'])
  await reload(page)
  await shows(page, ['Buy stamps'])
  assert.equal(await log(page).getByText('Add a task to buy stamps').count(), 1)
}

export async function say(page: Page, message: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).fill(message)
  await page.getByRole('button', { name: 'Send', exact: true }).click()
}

export function log(page: Page): Locator {
  return page.getByRole('log', { name: 'Conversation' })
}

/** Waits until the log, longer than its place, stands where it ends. */
function atEnd(page: Page): Promise<void> {
  return eventually('the log standing at its end', () =>
    log(page).evaluate(
      ({ scrollTop, clientHeight, scrollHeight }) =>
        scrollTop > 0 && scrollTop + clientHeight > scrollHeight - 2,
    ),
  )
}

/** Has the user begun a conversation before the story. @returns its id */
async function talkedAbout({ user, origin }: Stage, message: string, id?: number): Promise<number> {
  const body = { message, conversation_id: id ?? null }
  return (await as<{ conversation_id: number }>(user, origin, 'POST', 'chat', body)).body.conversation_id
}

async function pick(page: Page, title: string): Promise<void> {
  await page.getByRole('button', { name: 'Conversations', exact: true }).click()
  await page.getByRole('list', { name: 'Conversations' }).getByText(title).click()
}

async function conversations({ user, origin }: Stage): Promise<unknown[]> {
  return (await as<unknown[]>(user, origin, 'GET', 'conversations')).body
}
