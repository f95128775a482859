import type { ServerResponse } from 'node:http'
import type { Overview } from './messages.ts'
import type { Fresh } from './page-data.ts'

/** At once; a page has one. */
const MOST = 32
/** Bytes that a page may leave unread. */
const MOST_UNREAD = 2 ** 20
/** Milliseconds between two tellings: more often, no eye follows. */
const PAUSE = 250

export interface PageStreams {
  /** @returns false where there are too many */
  readonly open: (response: ServerResponse, overview: Overview | undefined) => boolean
  readonly tell: (fresh: Fresh) => void
}

/** Server-sent events to all pages that look: https://html.spec.whatwg.org/multipage/server-sent-events.html */
export function openStreams(): PageStreams {
  const pages = new Set<ServerResponse>()
  let next: Fresh | undefined
  let timer: NodeJS.Timeout | undefined
  const send = (page: ServerResponse, fresh: Fresh) => {
    page.write(`data: ${JSON.stringify(fresh)}\n\n`)
    if (page.writableLength > MOST_UNREAD) page.destroy()
  }
  return {
    open: (response, overview) => {
      if (pages.size >= MOST) return false
      pages.add(response)
      response.once('close', () => pages.delete(response))
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
      send(response, { ...(overview ? { overview } : {}), lines: 0, spans: 0, points: 0, findings: 0 })
      return true
    },
    tell: (fresh) => {
      const { lines = 0, spans = 0, points = 0, findings = 0 } = next ?? {}
      next = {
        ...next,
        ...fresh,
        lines: lines + fresh.lines,
        spans: spans + fresh.spans,
        points: points + fresh.points,
        findings: findings + fresh.findings,
      }
      if (timer) return
      timer = setTimeout(() => {
        timer = undefined
        if (next) for (const page of pages) send(page, next)
        next = undefined
      }, PAUSE)
    },
  }
}
