import { createHash, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import type { Problem } from '../../../k8s/model/problem.ts'
import { readJson } from '../../shell/json.ts'
import { HERE, LOOPBACK, lacksAddress } from '../../shell/loopback.ts'
import type { PageAnswers } from './answers.ts'
import type { PageAction } from './messages.ts'
import type { PageFiles } from './page-files.ts'
import type { PageStreams } from './streams.ts'

/** What a dashboard serves, and to whom. */
export interface Offer {
  readonly port: number
  readonly token: string
  readonly page: PageFiles
  readonly answers: PageAnswers
  readonly streams: PageStreams
  readonly act: (action: PageAction) => Promise<Problem | undefined>
}

/** Bytes of an action. */
const MOST = 1024
const MOST_CONNECTIONS = 256
const POLICY = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self'",
  'connect-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
}
const HEADERS = {
  'content-security-policy': Object.entries(POLICY)
    .map((words) => words.join(' '))
    .join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}
const action = z.union([z.strictObject({ restart: z.string() }), z.strictObject({ pause: z.boolean() })])

/**
 * Serves a loop's dashboard to browsers of this machine, under whatever `localhost` may mean to them: somebody else who
 * listened on one of these would be handed the token.
 *
 * @param fail is told why it cannot
 * @returns what ends that
 */
export function serveDashboard(served: Offer, fail: (error: unknown) => void): () => void {
  const servers = LOOPBACK.map((address) => {
    const server = createServer((request, response) => {
      for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value)
      answer(request, response, served).catch(() => response.destroy())
    })
    server.maxConnections = MOST_CONNECTIONS
    server.on('error', (error) => {
      if (!lacksAddress(error)) fail(error)
    })
    return server.listen({ port: served.port, host: address, exclusive: true })
  })
  return () => {
    for (const server of servers) {
      server.close()
      server.closeAllConnections()
    }
  }
}

async function answer(request: IncomingMessage, response: ServerResponse, served: Offer): Promise<void> {
  const { port, token, page, answers } = served
  const { host, origin, authorization } = request.headers
  // A name that leads here, but is not ours, is that of a page that wants to read us: DNS rebinding.
  if (!isOurs(host, port)) return refuse(response, 403, 'This host is not served here.')
  if (origin !== undefined && !isOurs(/^http:\/\/(.*)$/.exec(origin)?.[1], port))
    return refuse(response, 403, 'Pages of elsewhere are not answered.')
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  const [, name] = /^\/api\/(\w+)$/.exec(pathname) ?? []
  if (name === undefined) {
    const file = isRead ? await page.file(pathname) : undefined
    if (!file) return refuse(response, 404, 'There is no such page.')
    response.writeHead(200, { ...file.headers }).end(request.method === 'HEAD' ? undefined : file.body)
    return
  }
  // A cookie would go to every port of localhost, to the programs under development too.
  if (!isToken(authorization, token))
    return refuse(response, 401, 'Open the link that npm run loop -- status prints.')
  if (name === 'actions' && request.method === 'POST') return act(request, response, served)
  if (!isRead) return refuse(response, 405, 'That can only be read.')
  if (name === 'news') {
    if (!served.streams.open(response, answers.present())) refuse(response, 503, 'Too many pages are open.')
    return
  }
  const body = answers.answer(name, searchParams)
  if (body === undefined) return refuse(response, 404, 'That is not kept.')
  say(response, 200, body)
}

async function act(request: IncomingMessage, response: ServerResponse, served: Offer): Promise<void> {
  const length = Number(request.headers['content-length'])
  const { data } = action.safeParse(length <= MOST ? readJson(await text(request)) : undefined)
  if (!data) return refuse(response, 400, 'That is no action.')
  const refused = await served.act(data)
  say(response, refused ? 409 : 200, refused ?? {})
}

function isOurs(host: string | undefined, port: number): boolean {
  return host === `localhost:${port}` || host === `${HERE}:${port}`
}

function isToken(authorization: string | undefined, token: string): boolean {
  // Of one length, whatever was sent.
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(authorization ?? ''), digest(`Bearer ${token}`))
}

function refuse(response: ServerResponse, status: number, message: string): void {
  say(response, status, { message })
}

function say(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify(body))
}
