import assert from 'node:assert/strict'
import type { Locator, Page } from 'playwright-core'
import { done, hasSaved, type Stage } from '../stage.ts'
import { as } from '../user.ts'

/** What a task is made from, as the API takes it. */
export interface NewTask {
  readonly title: string
  readonly description?: string
  readonly priority?: 'low' | 'medium' | 'high'
  readonly tags?: readonly string[]
  readonly due_at?: string
  readonly recurrence?: 'daily' | 'weekly' | 'monthly' | 'yearly'
  readonly time_zone?: string
}

export interface Task extends Required<Omit<NewTask, 'due_at'>> {
  readonly id: number
  readonly completed: boolean
  readonly due_at: string | null
}

/** Gives the user tasks before the story begins; the last one is the newest. */
export async function given({ user, origin }: Stage, ...tasks: NewTask[]): Promise<Task[]> {
  const made: Task[] = []
  for (const task of tasks) {
    const { status, body } = await as<Task>(user, origin, 'POST', 'tasks', task)
    assert.equal(status, 201, `${task.title} was answered ${status}`)
    made.push(body)
  }
  return made
}

/** What the server has, once the page has told it all that it shows. */
export async function saved({ page, user, origin }: Stage): Promise<Task[]> {
  if (!page.isClosed()) await sent(page)
  return (await as<Task[]>(user, origin, 'GET', 'tasks?order=desc')).body
}

/** Opens the page of tasks and chat, and waits until its scripts have taken it over. */
export async function open({ page }: Stage, path = '/'): Promise<void> {
  await page.goto(path)
  await takenOver(page)
}

/**
 * Opens the page and waits until it has asked for all that it asks for by itself, and the service worker stands beside
 * it and has what it keeps: a request that is under way when a story takes the network away is trouble. What the page
 * would load ahead is left to `whenIdle`.
 */
export async function openBeforeTrip(stage: Stage): Promise<void> {
  const { page } = stage
  await page.addInitScript('window.requestIdleCallback = (run) => { window.whenIdle = run; return 0 }')
  const token = page.waitForResponse('**/api/auth/token')
  await open(stage)
  await (await token).finished()
  // Asked from outside each time: the page's policy forbids what waits inside it.
  await eventually('the service worker', () =>
    page.evaluate<boolean>("navigator.serviceWorker.controller?.state === 'activated'"),
  )
  await eventually('what it keeps', () => page.evaluate<boolean>(IS_KEPT))
}

/** The worker fetches the page, and what that had loaded before it stood there. */
const IS_KEPT = `Promise.all(
  performance.getEntriesByType('resource').map(({ name }) => name)
    .filter((name) => name.startsWith(location.origin + '/_next/static/')).concat('/')
    .map((name) => caches.match(name))
).then((kept) => kept.every(Boolean))`

/** Lets the page load what it may need later on, for which it has time after a few seconds. */
export async function loadAhead(page: Page): Promise<void> {
  await eventually('idle time', () => page.evaluate<boolean>('Boolean(window.whenIdle)'))
  await page.evaluate('window.whenIdle()')
}

/** Waits until the server has what this page shows already. */
export function sent(page: Page): Promise<void> {
  return eventually('the changes being saved', () => hasSaved(page))
}

export async function reload(page: Page): Promise<void> {
  await sent(page)
  await page.reload()
  await takenOver(page)
}

async function takenOver(page: Page): Promise<void> {
  // On a phone one of the two is out of sight.
  for (const name of ['New task', 'Message'])
    await alive(page.getByRole('textbox', { name, includeHidden: true }).first())
}

/**
 * Waits until React has taken over what the server drew, and what it keeps and listens to has come with that: what is
 * typed before goes nowhere.
 */
export async function alive(control: Locator): Promise<void> {
  await eventually(`${control} coming alive`, async () => {
    const keys = await control.evaluate((element) => Object.keys(element))
    return keys.some((key) => key.startsWith('__reactProps'))
  })
  await done(control.page())
}

export function list(page: Page): Locator {
  return page.getByRole('list', { name: 'Tasks', exact: true })
}

export function row(page: Page, title: string): Locator {
  return list(page)
    .getByRole('listitem')
    .filter({ has: checkbox(page, title) })
}

export function checkbox(page: Page, title: string, checked?: boolean): Locator {
  return page.getByRole('checkbox', {
    name: title,
    exact: true,
    ...(checked === undefined ? {} : { checked }),
  })
}

/** Waits until exactly these tasks are listed, in this order. */
export async function shows(page: Page, titles: readonly string[]): Promise<void> {
  const rows = list(page).getByRole('listitem')
  for (const [index, title] of titles.entries())
    await rows.nth(index).getByRole('checkbox', { name: title, exact: true }).waitFor()
  await rows.nth(titles.length).waitFor({ state: 'detached' })
}

/** Waits until the server has taken a task that was added. */
export function taken(page: Page, title: string): Promise<void> {
  return page.getByRole('checkbox', { name: title, exact: true, disabled: false }).waitFor()
}

/** Waits for a message of this kind with these words in it. */
export function told(page: Page, kind: 'status' | 'alert', words: string | RegExp): Promise<void> {
  return page.getByRole(kind).filter({ hasText: words }).first().waitFor()
}

/** Waits until this is what the keyboard goes to. */
export function focused(page: Page, control: Locator): Promise<void> {
  return control.and(page.locator(':focus')).waitFor()
}

/** For what has no locator to wait for. */
export async function eventually(what: string, look: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 45_000
  while (!(await look())) {
    if (Date.now() > deadline) throw new Error(`${what}: not within 45 s`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
