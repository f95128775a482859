import type { Browser } from 'playwright-core'
import { step } from '../host/step.ts'
import type { Figure } from './history.ts'
import { type LoadResult, load } from './load.ts'
import { benchUser } from './user.ts'

/** One in five creates, the others list: the mix and rates of a small team. */
const [RATE, CHAT_RATE, SECONDS, CREATE_EVERY] = [50, 5, 60, 5]
const PAGE_LOADS = 5

/** The API under load through the frontend's proxy, the chat, and the first page, of a stack that is up. */
export async function measureApi(address: string, interrupted: AbortSignal): Promise<Figure[]> {
  const tasks = await caller(address)
  const chat = await caller(address)
  const mixed = async (n: number) => {
    if (n % CREATE_EVERY === 0) await tasks('POST', 'tasks', 201, { title: `Task ${n}` })
    else await tasks('GET', 'tasks', 200)
  }
  const talk = (n: number) => chat('POST', 'chat', 200, { message: `Add a task to count to ${n}` })

  await load(mixed, RATE, 3, interrupted)
  const api = await step(`api: ${RATE} requests/s`, () => load(mixed, RATE, SECONDS, interrupted))
  await load(talk, CHAT_RATE, 2, interrupted)
  const said = await step(`api: ${CHAT_RATE} chats/s`, () => load(talk, CHAT_RATE, SECONDS / 2, interrupted))
  // Loaded where it is needed: it is larger than all the rest.
  const { openBrowser } = await import('../tests/stack/browser.ts')
  const browser = await openBrowser()
  const pages = await step('api: first page', () => firstLoads(browser, address)).finally(() =>
    browser.close(),
  )
  return [
    figure(`${RATE} requests/s through the proxy, 80 % list, 20 % create`, api),
    figure(`chat with the stand-in, ${CHAT_RATE} requests/s`, said),
    { what: 'first page, until its load event', samples: pages },
  ]
}

function figure(what: string, { samples, failed }: LoadResult): Figure {
  return { what: failed > 0 ? `${what} (${failed} FAILED)` : what, samples }
}

/** A user of its own: lists grow with what is created. */
async function caller(address: string) {
  const { id, token } = await benchUser(address, address)
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  return async (method: string, path: string, expected: number, body?: unknown): Promise<void> => {
    const answer = await fetch(`${address}/api/${id}/${path}`, {
      method,
      headers,
      signal: AbortSignal.timeout(30_000),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    await answer.arrayBuffer()
    if (answer.status !== expected) throw new Error(`${method} ${path} was answered ${answer.status}`)
  }
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
