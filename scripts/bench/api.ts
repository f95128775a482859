import pg from 'pg'
import type { Browser } from 'playwright-core'
import type { BenchUser, Request } from '../../k8s/model/bench.ts'
import { step } from '../../lib/host/step.ts'
import { Refusal } from '../../lib/shell/refusal.ts'
import type { Figure } from './history.ts'
import { load } from './load.ts'
import type { Measured } from './measured.ts'

const PAGE_LOADS = 5
/** Milliseconds. */
const PATIENCE = 30_000

/** The loads of a stack that is up, through its page, and the first look at that. */
export async function measureApi(
  { measures, stack }: Measured,
  address: string,
  databaseUrl: string,
  interrupted: AbortSignal,
): Promise<Figure[]> {
  const { users, loads = [], pages } = measures
  if (!users)
    throw new Refusal(`The bench of ${stack.name} signs nobody up, and knows no loads.`, 'say --only loop')
  const figures: Figure[] = []
  for (const { what, rate, seconds, request, before } of loads) {
    const user = await users.signUp(address, address)
    if (before) await run(databaseUrl, before(user.id))
    const send = (n: number) => ask(address, user, request(n))
    await load(send, rate, 3, interrupted)
    const title = `${rate} requests/s, ${what}`
    const { samples, failed } = await step(`api: ${title}`, () => load(send, rate, seconds, interrupted))
    figures.push({ what: failed > 0 ? `${title} (${failed} FAILED)` : title, samples })
  }
  const [first = '/'] = Object.keys(pages?.paths ?? {})
  // Loaded where it is needed: it is larger than all the rest.
  const { openBrowser } = await import('../../lib/browser/browser.ts')
  const browser = await openBrowser()
  const samples = await step('api: first page', () => firstLoads(browser, address + first)).finally(() =>
    browser.close(),
  )
  return [...figures, { what: 'first page, until its load event', samples }]
}

/** Asks as this user. @throws Error when it is answered otherwise than it is to be */
export async function ask(
  address: string,
  { api, token }: BenchUser,
  { method, path, body, expected }: Request,
): Promise<void> {
  const answer = await fetch(`${address}${api}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    signal: AbortSignal.timeout(PATIENCE),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  await answer.arrayBuffer()
  if (answer.status !== expected) throw new Error(`${method} ${path} was answered ${answer.status}`)
}

async function run(databaseUrl: string, sql: string): Promise<void> {
  const client = new pg.Client(databaseUrl)
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

/** Each in a browser profile that has never seen the page. */
async function firstLoads(browser: Browser, url: string): Promise<number[]> {
  const samples: number[] = []
  for (let time = 0; time < PAGE_LOADS; time++) {
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.goto(url, { waitUntil: 'load' })
    samples.push(
      await page.evaluate('performance.getEntriesByType("navigation")[0].loadEventEnd').then(Number),
    )
    await context.close()
  }
  return samples
}
