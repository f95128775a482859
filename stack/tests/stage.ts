import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page, Request } from 'playwright-core'
import { checkoutFolder } from '../../lib/shell/state-folder.ts'
import { type Account, signUp } from './user.ts'

/** What a story is played on: a browser that has seen nothing yet, with somebody new signed in. */
export interface Stage {
  readonly page: Page
  readonly origin: string
  readonly user: Account
  /** Announces trouble that the story makes itself. All other trouble fails it, and so does none of this kind. */
  readonly expects: (trouble: RegExp) => void
}

/** What a person does and sees. @throws Error when they see something else */
export type Story = (stage: Stage) => Promise<void>

const PATIENCE_MS = 45_000

/**
 * Plays a story on a stage of its own.
 *
 * @throws Error with what went wrong, what else the browser complained of, and where a picture of the page is
 */
export async function play(browser: Browser, origin: string, name: string, story: Story): Promise<void> {
  const user = await signUp(origin)
  const context = await openContext(browser, origin, user)
  const troubles = troublesOf(context, origin)
  const announced: RegExp[] = []
  try {
    const page = await context.newPage()
    await story({ page, origin, user, expects: (trouble) => announced.push(trouble) })
    assertAnnounced(troubles, announced)
  } catch (error) {
    throw new Error(await told(context, name, error, troubles), { cause: error })
  } finally {
    await context.close()
  }
}

/** A browser of somebody who is signed in; far from UTC, where dates differ from the server's. */
export async function openContext(browser: Browser, origin: string, user: Account): Promise<BrowserContext> {
  const context = await browser.newContext({
    locale: 'en-GB',
    timezoneId: 'America/New_York',
    viewport: { width: 1280, height: 800 },
    baseURL: origin,
  })
  context.setDefaultTimeout(PATIENCE_MS)
  context.on('page', followRequests)
  context.on('page', keepWaits)
  await context.addInitScript(KEEP_IDLE)
  const cookies = user.cookie.split('; ').map((pair) => {
    const [name = '', ...value] = pair.split('=')
    return { name, value: value.join('='), url: origin, httpOnly: true, sameSite: 'Lax' as const }
  })
  await context.addCookies(cookies)
  return context
}

/** Of the browser itself: some stories take the page's away, others put its clock forward. */
const KEEP_IDLE = 'window.whenDone = window.requestIdleCallback.bind(window)'

/** Waits until a page has done all that it has to do for now. React draws first, and runs effects after that. */
export async function done(page: Page): Promise<void> {
  await page.evaluate('new Promise((resolve) => (window.whenDone ?? requestIdleCallback)(() => resolve()))')
}

interface Requests {
  begun: number
  readonly open: Set<Request>
}

const requestsOf = new WeakMap<Page, Requests>()

/** A page shows a change before the server has it: these are the requests that may still be on their way there. */
function followRequests(page: Page): void {
  const open = new Set<Request>()
  const requests: Requests = { begun: 0, open }
  requestsOf.set(page, requests)
  page.on('request', (request) => {
    const { pathname } = new URL(request.url())
    if (!pathname.startsWith('/api/') || pathname.endsWith('/stream')) return
    requests.begun += 1
    open.add(request)
  })
  page.on('requestfinished', (request) => open.delete(request))
  page.on('requestfailed', (request) => open.delete(request))
}

/** A story may fail before it comes to what it has waited for since: that is then told of nobody, and ends no process. */
function keepWaits(page: Page): void {
  for (const name of ['waitForEvent', 'waitForRequest', 'waitForResponse'] as const) {
    const wait: (...words: never[]) => Promise<unknown> = page[name].bind(page)
    const kept = (...words: never[]) => {
      const waiting = wait(...words)
      waiting.catch(() => undefined)
      return waiting
    }
    Object.assign(page, { [name]: kept })
  }
}

/** Whether the server has everything that this page has to tell it. */
export async function hasSaved(page: Page): Promise<boolean> {
  const requests = requestsOf.get(page)
  const begun = requests?.begun
  if (requests?.open.size !== 0) return false
  // What waited for the one that has ended, such as the next change of the same task, is begun by then.
  await done(page)
  return requests.begun === begun
}

/** Everything a browser complains of from now on, in all its tabs. A request that the page itself gave up is none. */
function troublesOf(context: BrowserContext, origin: string): string[] {
  const troubles: string[] = []
  context.on('weberror', (event) => troubles.push(`error in the page: ${event.error()}`))
  context.on('console', (message) => {
    if (message.type() === 'error') troubles.push(`console: ${message.text()} (${message.location().url})`)
  })
  context.on('requestfailed', (request) => {
    // The service worker has an answer of its own then.
    if (request.serviceWorker()) return
    const cause = request.failure()?.errorText ?? ''
    if (!cause.includes('ERR_ABORTED')) troubles.push(`failed: ${request.method()} ${request.url()} ${cause}`)
  })
  context.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).origin !== origin)
      troubles.push(`foreign: ${request.url()}`)
  })
  return troubles
}

/** A page asks here whether the server can be reached; no is an answer. */
const LOOK = /\/api\/health\/live\b.*ERR_|ERR_.*\/api\/health\/live\b/

function assertAnnounced(troubles: readonly string[], announced: readonly RegExp[]): void {
  const unexpected = troubles.filter(
    (trouble) => ![LOOK, ...announced].some((pattern) => pattern.test(trouble)),
  )
  if (unexpected.length > 0) throw new Error(`The browser complained:\n  ${unexpected.join('\n  ')}`)
  const missing = announced.filter((pattern) => !troubles.some((trouble) => pattern.test(trouble)))
  if (missing.length > 0) throw new Error(`The trouble did not come: ${missing.join(', ')}`)
}

async function told(
  context: BrowserContext,
  name: string,
  error: unknown,
  troubles: readonly string[],
): Promise<string> {
  const folder = join(checkoutFolder(), 'stories')
  mkdirSync(folder, { recursive: true })
  const pictures = await Promise.all(
    context.pages().map(async (page, index) => {
      const path = join(folder, `${name.replaceAll(/\W+/g, '-')}${index || ''}.png`)
      return page.screenshot({ path }).then(
        () => `picture: ${path} of ${page.url()}`,
        () => `no picture of ${page.url()}`,
      )
    }),
  )
  const said = error instanceof Error ? error.message : String(error)
  return [said, ...troubles.map((trouble) => `browser: ${trouble}`), ...pictures].join('\n')
}
