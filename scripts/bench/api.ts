import { once } from 'node:events'
import { createServer } from 'node:http'
import pg from 'pg'
import type { Browser } from 'playwright-core'
import type { BenchUser, Load, LoadRequest } from '../../k8s/model/bench.ts'
import { step } from '../../lib/host/step.ts'
import { freePort } from '../../lib/shell/free-port.ts'
import { HERE } from '../../lib/shell/loopback.ts'
import { Refusal } from '../../lib/shell/refusal.ts'
import { farDatabase } from './far.ts'
import type { BenchFigure } from './history.ts'
import { load } from './load.ts'
import type { Rig } from './rig.ts'
import { signUp } from './user.ts'

const PAGE_LOADS = 5
/** Milliseconds. */
const PATIENCE = 30_000
/** Milliseconds of a round trip to a database in another region of a continent. */
const FAR = 40

/** The loads of a stack that is up, through its page, and the first look at that. */
export async function measureApi(rig: Rig, address: string, databaseUrl: string): Promise<BenchFigure[]> {
  const { loads = [], pages } = rig.measures
  const figures: BenchFigure[] = []
  for (const one of loads) figures.push(await measureLoad(rig, one, address, databaseUrl))
  const [first = '/'] = Object.keys(pages?.paths ?? {})
  // Loaded where it is needed: it is larger than all the rest.
  const { openBrowser } = await import('../../lib/browser/browser.ts')
  const browser = await openBrowser()
  const samples = await step('api: first page', () => firstLoads(browser, address + first)).finally(() =>
    browser.close(),
  )
  return [...figures, { what: 'first page, until its load event', samples }]
}

/** Brings a stack up with these lines of settings. */
type Start = (settings: readonly string[]) => Promise<{ databaseUrl: string; stop: () => Promise<void> }>

/** The first load once more, of a stack that sends its traces to a collector on this machine, which throws them away. */
export async function measureTraced(rig: Rig, address: string, start: Start): Promise<BenchFigure[]> {
  const sink = createServer((request, response) => request.resume().on('end', () => response.end('{}')))
  const port = await freePort()
  await once(sink.listen(port, HERE), 'listening')
  try {
    const setting = `OTEL_EXPORTER_OTLP_ENDPOINT=http://${HERE}:${port}`
    return await measureOnceMore(rig, address, () => start([setting]), 'traced')
  } finally {
    sink.close()
  }
}

/** The first load once more, of a stack whose database is far away. */
export async function measureFar(rig: Rig, address: string, start: Start): Promise<BenchFigure[]> {
  if (!rig.stack.database) return []
  const { setting, stop } = await farDatabase(rig, FAR)
  try {
    const what = `with ${FAR} ms to the database`
    return await measureOnceMore(rig, address, () => start([setting]), what)
  } finally {
    await stop()
  }
}

async function measureOnceMore(
  rig: Rig,
  address: string,
  start: () => ReturnType<Start>,
  what: string,
): Promise<BenchFigure[]> {
  const [first] = rig.measures.loads ?? []
  if (!first) return []
  const { databaseUrl, stop } = await start()
  try {
    const load = { ...first, what: `${first.what}, ${what}` }
    return [await measureLoad(rig, load, address, databaseUrl)]
  } finally {
    await stop()
  }
}

async function measureLoad(
  rig: Rig,
  { what, rate, seconds, request, before }: Load,
  address: string,
  databaseUrl: string,
): Promise<BenchFigure> {
  const user = await signUp(rig, address)
  if (!user)
    throw new Refusal(`The bench of ${rig.stack.name} loads it, and signs nobody up.`, 'give it users')
  if (before) await runSql(databaseUrl, before(user.id))
  const send = (n: number) => ask(address, user, request(n))
  await load(send, rate, 3, rig.interrupted)
  const title = `${rate} requests/s, ${what}`
  const { samples, failed } = await step(`api: ${title}`, () => load(send, rate, seconds, rig.interrupted))
  return { what: failed > 0 ? `${title} (${failed} FAILED)` : title, samples }
}

/** Asks as this user. @throws Error when it is answered otherwise than it is to be */
export async function ask(
  address: string,
  { api, token }: BenchUser,
  { method, path, body, expected }: LoadRequest,
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

/** Runs statements in a database. */
export async function runSql(databaseUrl: string, sql: string): Promise<void> {
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
