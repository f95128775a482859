import pg from 'pg'
import type { Browser } from 'playwright-core'
import { step } from '../../lib/host/step.ts'
import type { Figure } from './history.ts'
import { type LoadResult, load } from './load.ts'
import { benchUser } from './user.ts'

/** One in five creates, the others list: the mix and rates of a small team. */
const [RATE, CHAT_RATE, SECONDS, CREATE_EVERY] = [50, 5, 60, 5]
const PAGE_LOADS = 5
/** Of somebody who never deletes anything. */
const MANY = 10_000

/** The API under load through the frontend's proxy, the chat, and the first page, of a stack that is up. */
export async function measureApi(
  address: string,
  databaseUrl: string,
  interrupted: AbortSignal,
): Promise<Figure[]> {
  const tasks = mixed(await caller(address))
  const owner = await caller(address)
  await addTasks(databaseUrl, owner.id, MANY)
  const many = mixed(owner)
  const chat = await caller(address)
  const talk = (n: number) => chat.call('POST', 'chat', 200, { message: `Add a task to count to ${n}` })

  await load(tasks, RATE, 3, interrupted)
  const api = await step(`api: ${RATE} requests/s`, () => load(tasks, RATE, SECONDS, interrupted))
  const ofMany = await step(`api: ${RATE} requests/s, ${MANY} tasks`, () =>
    load(many, RATE, SECONDS, interrupted),
  )
  await load(talk, CHAT_RATE, 2, interrupted)
  const said = await step(`api: ${CHAT_RATE} chats/s`, () => load(talk, CHAT_RATE, SECONDS / 2, interrupted))
  // Loaded where it is needed: it is larger than all the rest.
  const { openBrowser } = await import('../../tests/browser/browser.ts')
  const browser = await openBrowser()
  const pages = await step('api: first page', () => firstLoads(browser, address)).finally(() =>
    browser.close(),
  )
  return [
    figure(`${RATE} requests/s through the proxy, 80 % list, 20 % create`, api),
    figure(`the same of a user with ${MANY} tasks`, ofMany),
    figure(`chat with the stand-in, ${CHAT_RATE} requests/s`, said),
    { what: 'first page, until its load event', samples: pages },
  ]
}

function figure(what: string, { samples, failed }: LoadResult): Figure {
  return { what: failed > 0 ? `${what} (${failed} FAILED)` : what, samples }
}

interface Caller {
  readonly id: string
  readonly call: (method: string, path: string, expected: number, body?: unknown) => Promise<void>
}

/** The n-th request of the mix: a list as the page asks for it, sorted and searched in turns, or a new task. */
function mixed({ call }: Caller) {
  const lists = ['tasks', 'tasks?status=pending', 'tasks?sort=due_date', 'tasks?q=task%209']
  return (n: number) =>
    n % CREATE_EVERY === 0
      ? call('POST', 'tasks', 201, { title: `Task ${n}` })
      : call('GET', lists[n % lists.length] ?? 'tasks', 200)
}

/** Straight into the table: it is not what is measured. */
async function addTasks(databaseUrl: string, userId: string, count: number): Promise<void> {
  const client = new pg.Client(databaseUrl)
  await client.connect()
  try {
    const rows = "SELECT $1, 'Task ' || n, n % 3 = 0 FROM generate_series(1, $2::int) AS n"
    await client.query(`INSERT INTO tasks (user_id, title, completed) ${rows}`, [userId, count])
    await client.query('ANALYZE tasks')
  } finally {
    await client.end()
  }
}

/** A user of its own: lists grow with what is created. */
async function caller(address: string): Promise<Caller> {
  const { id, token } = await benchUser(address, address)
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const call: Caller['call'] = async (method, path, expected, body) => {
    const answer = await fetch(`${address}/api/${id}/${path}`, {
      method,
      headers,
      signal: AbortSignal.timeout(30_000),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    await answer.arrayBuffer()
    if (answer.status !== expected) throw new Error(`${method} ${path} was answered ${answer.status}`)
  }
  return { id, call }
}

/** Each in a browser profile that has never seen the page. */
async function firstLoads(browser: Browser, address: string): Promise<number[]> {
  const samples: number[] = []
  for (let time = 0; time < PAGE_LOADS; time++) {
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.goto(`${address}/sign-in`, { waitUntil: 'load' })
    samples.push(
      await page.evaluate('performance.getEntriesByType("navigation")[0].loadEventEnd').then(Number),
    )
    await context.close()
  }
  return samples
}
