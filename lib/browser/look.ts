import type { Browser, BrowserContext, ConsoleMessage, Request } from 'playwright-core'
import { type Violation, violations } from './accessible.ts'

/** A cookie of somebody who is signed in. */
export interface Cookie {
  readonly name: string
  readonly value: string
}

/** What is wrong with a page, and what it looks like. */
export interface Look {
  readonly url: string
  /** Of the answer that is the page. */
  readonly status: number
  readonly title: string
  /** From the question to the page that has loaded. */
  readonly milliseconds: number
  /** What it wrote to its console: errors and warnings. */
  readonly console: readonly { readonly level: 'error' | 'warning'; readonly text: string }[]
  /** Requests without an answer, but for what the page gave up itself, or with one that is an error. */
  readonly failed: readonly {
    readonly method: string
    readonly url: string
    readonly why: string
    readonly requestId: string
  }[]
  readonly accessibility: readonly Violation[]
}

/** What the page itself gave up, or we by closing it. */
const GIVEN_UP = 'net::ERR_ABORTED'
/** Milliseconds in which a page has to load. */
const PATIENCE = 60_000
/** Milliseconds that it may go on asking after that. */
const RESTLESS = 5_000

/**
 * Opens a page as somebody who has never been there.
 *
 * @param mark how the ids of its requests begin, by which the log knows them
 * @param picture the file that gets a picture of it
 * @throws Error where it does not load
 */
export async function look(
  browser: Browser,
  url: string,
  cookies: readonly Cookie[],
  mark: string,
  picture: string,
): Promise<Look> {
  // A service worker's requests would be none of the page's.
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    serviceWorkers: 'block',
  })
  try {
    await context.addCookies(cookies.map((cookie) => ({ ...cookie, url })))
    const ids = await markRequests(context, new URL(url).origin, mark)
    const page = await context.newPage()
    const messages: ConsoleMessage[] = []
    const thrown: Error[] = []
    const failed: Look['failed'][number][] = []
    const fail = (request: Request, why: string) =>
      failed.push({ method: request.method(), url: request.url(), why, requestId: ids.get(request) ?? '' })
    page.on('console', (message) => messages.push(message))
    page.on('pageerror', (error) => thrown.push(error))
    page.on('requestfailed', (request) => {
      const why = request.failure()?.errorText ?? 'no answer'
      if (why !== GIVEN_UP) fail(request, why)
    })
    page.on('response', (response) => {
      if (response.status() >= 400) fail(response.request(), String(response.status()))
    })
    const began = performance.now()
    const answer = await page.goto(url, { waitUntil: 'load', timeout: PATIENCE })
    const milliseconds = Math.round(performance.now() - began)
    // A page that never comes to rest is seen as it is then.
    await page.waitForLoadState('networkidle', { timeout: RESTLESS }).catch(() => undefined)
    // Hiding the caret would change fields before React has taken them over.
    await page.screenshot({ path: picture, fullPage: true, caret: 'initial' })
    return {
      url: page.url(),
      status: answer?.status() ?? 0,
      title: await page.title(),
      milliseconds,
      console: [
        ...messages.flatMap((message) => {
          const level = message.type()
          return level === 'error' || level === 'warning' ? [{ level, text: message.text() } as const] : []
        }),
        ...thrown.map(({ message }) => ({ level: 'error', text: message }) as const),
      ],
      failed,
      accessibility: await violations(page),
    }
  } finally {
    await context.close()
  }
}

/** Gives each request to an origin an id. @returns the ids */
async function markRequests(context: BrowserContext, origin: string, mark: string) {
  const ids = new Map<Request, string>()
  await context.route(`${origin}/**`, async (route) => {
    const request = route.request()
    const id = `${mark}-${ids.size + 1}`
    ids.set(request, id)
    await route.continue({ headers: { ...request.headers(), 'x-request-id': id } })
  })
  return ids
}
