import { randomBytes, randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { Visitor } from '../../k8s/model/sign-in.ts'
import { openBrowser } from '../../lib/browser/browser.ts'
import { type Look, look } from '../../lib/browser/look.ts'
import { openApi } from '../../lib/cluster/api.ts'
import { redactor } from '../../lib/diagnosis/redact.ts'
import { secretsOf } from '../../lib/diagnosis/report.ts'
import { readHostSecrets } from '../../lib/host/secrets.ts'
import type { KeptLine } from '../../lib/loop/record/kinds.ts'
import { answerOf } from '../../lib/loop/session/client.ts'
import { type Ask, status, VERSION } from '../../lib/loop/session/questions.ts'
import { readJson } from '../../lib/shell/json.ts'
import { readIfThere } from '../../lib/shell/read-if-there.ts'
import { Refusal } from '../../lib/shell/refusal.ts'
import { replaceFile } from '../../lib/shell/replace-file.ts'
import type { Application } from '../../lib/stack/application.ts'
import { loadSettings } from '../../lib/stack/settings-file.ts'

/** What `npm run loop -- see` answers. */
export interface Sight extends Look {
  readonly version: typeof VERSION
  /** The lines that the services wrote about the page's requests. */
  readonly log: readonly KeptLine[]
  /** The picture's file. */
  readonly screenshot: string
}

/** Milliseconds in which a line of the log comes to the loop. */
const LATE = 700
/** Lines of the log at most. */
const MOST = 500

/**
 * Looks at a page of a running loop.
 *
 * @param path on the page's origin, like `/tasks`
 * @param visitor who is signed in; undefined: nobody
 * @throws Refusal where no loop runs, there is no browser, or the page does not load
 */
export async function see(
  application: Application,
  ask: Ask,
  path: string,
  visitor: string | undefined,
): Promise<Sight> {
  const { links, target, where } = status.parse(await answerOf(ask, { ask: 'status' }))
  if (links.page === undefined)
    throw new Refusal('This loop has no page.', 'start the service that has it', 2)
  const { origin } = new URL(links.page)
  const url = new URL(path, origin)
  // Cookies of this page are for no other.
  if (url.origin !== origin) throw new Refusal(`${path} is not on ${origin}.`, 'name a path like /tasks', 2)
  const cookies = visitor === undefined ? [] : await signedIn(application, origin, visitor)
  const folder = join(application.state, 'pictures')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const mark = `see-${randomUUID().slice(0, 8)}`
  const screenshot = join(folder, `${mark}.png`)
  const browser = await openBrowser()
  try {
    const seen = await look(browser, url.href, cookies, mark, screenshot).catch((error: Error) => {
      const [why = ''] = error.message.split('\n')
      throw new Refusal(`${path} did not load: ${why}`, 'npm run loop -- status says how its service is', 1)
    })
    await sleep(LATE)
    const log: KeptLine[] = []
    const wanted = { request: mark }
    await ask({ ask: 'logs', wanted, last: MOST, follow: false }, (line) => log.push(line as KeptLine))
    const redact = redactor(await secretsOfLoop(application, target === 'cluster' ? where : undefined))
    return { version: VERSION, ...withoutSecrets(seen, redact), log, screenshot }
  } finally {
    await browser.close()
  }
}

/** Whether something is to be mended. */
export function isWell({ status, console, failed, accessibility }: Sight): boolean {
  const errors = console.filter(({ level }) => level === 'error')
  return status < 400 && errors.length + failed.length + accessibility.length === 0
}

export function sightLines(sight: Sight, textOf: (line: KeptLine) => string): string[] {
  const { url, status, title, milliseconds, console, failed, accessibility, log, screenshot } = sight
  return [
    `${isWell(sight) ? '✓' : '✗'} ${url}  ${status} in ${milliseconds} ms  ${title}`,
    ...console.map(({ level, text }) => `  console ${level}: ${text}`),
    ...failed.map(({ method, url, why, requestId }) => `  failed: ${method} ${url}  ${why}  ${requestId}`),
    ...accessibility.flatMap(({ rule, help, elements }) => [
      `  accessibility: ${help} (${rule})`,
      ...elements.map(({ html }) => `    ${html}`),
    ]),
    ...log.map((line) => `  ${textOf(line)}`),
    `  picture ${screenshot}`,
  ]
}

async function signedIn(application: Application, origin: string, name: string) {
  const signIn = await application.signIn()
  if (!signIn)
    throw new Refusal(
      'This stack does not say how somebody signs in.',
      'give it a sign-in.ts, or leave out --as',
      2,
    )
  if (!/^[a-z\d-]{1,32}$/.test(name))
    throw new Refusal(
      `--as is "${name}", which is no name of small letters and digits.`,
      'write it like ada',
      2,
    )
  return signIn(origin, visitorOf(application, name)).catch((error: Error) => {
    throw new Refusal(`${name} could not be signed in: ${error.message}`, 'try another name')
  })
}

/** A visitor with the password that was made when they first came. */
function visitorOf({ state }: Application, name: string): Visitor {
  const file = join(state, 'visitors.json')
  const visitors = z.record(z.string(), z.string()).safeParse(readJson(readIfThere(file) ?? '')).data ?? {}
  const password = visitors[name] ?? randomBytes(18).toString('base64url')
  if (visitors[name] === undefined)
    replaceFile(file, `${JSON.stringify({ ...visitors, [name]: password })}\n`, 0o600)
  return { name, password }
}

/** What somebody gave and what was made. @param context of the cluster; undefined on the host target */
async function secretsOfLoop(application: Application, context: string | undefined): Promise<string[]> {
  const given = Object.values(loadSettings(application).given)
  if (context === undefined) return [...given, ...Object.values(readHostSecrets(application.state))]
  const api = openApi(context)
  try {
    return [...given, ...(await secretsOf(api, application))]
  } finally {
    api.close()
  }
}

function withoutSecrets(seen: Look, redact: (text: string) => string): Look {
  return {
    ...seen,
    url: redact(seen.url),
    title: redact(seen.title),
    console: seen.console.map(({ level, text }) => ({ level, text: redact(text) })),
    failed: seen.failed.map((request) => ({ ...request, url: redact(request.url) })),
    accessibility: seen.accessibility.map(({ elements, ...rule }) => ({
      ...rule,
      elements: elements.map(({ html, why }) => ({ html: redact(html), why: redact(why) })),
    })),
  }
}
