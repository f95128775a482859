import { signal } from '@preact/signals'
import type { PageAction } from '../messages.ts'
import type { Fresh, LoopRun, StatusAnswer } from '../page-data.ts'

/** How this page is connected to its loop. */
export type StreamState = 'connecting' | 'open' | 'lost' | 'refused'

const KEY = 'token'
/** Milliseconds until a lost loop is asked for anew. */
const AGAIN = 1500

export const connection = signal<StreamState>('connecting')
export const overview = signal<StatusAnswer>({ graph: [] })
export const runs = signal<readonly LoopRun[]>([])
/** How much has come so far; a view that reads one asks anew when it changes. */
export const counts = { lines: signal(0), spans: signal(0), points: signal(0), findings: signal(0) }

/** Takes the token out of the address, where it would be copied with it. */
export function takeToken(): void {
  const [, token] = /^#token=([\w-]+)$/.exec(location.hash) ?? []
  if (!token) return
  // Of this origin, its port among it, alone: a cookie would go to every port of localhost.
  localStorage.setItem(KEY, token)
  history.replaceState(null, '', `${location.pathname}#/`)
}

function authorized(): HeadersInit {
  return { authorization: `Bearer ${localStorage.getItem(KEY) ?? ''}` }
}

/** @returns undefined where there is no such thing, or no loop */
export async function ask<Answer>(
  name: string,
  about: Readonly<Record<string, string | number | boolean | undefined>> = {},
  signal?: AbortSignal,
): Promise<Answer | undefined> {
  const words = Object.entries(about).flatMap(([key, value]) =>
    value === undefined || value === '' || value === false ? [] : [[key, String(value)]],
  )
  const path = `/api/${name}?${new URLSearchParams(words)}`
  try {
    const answer = await fetch(path, { headers: authorized(), ...(signal ? { signal } : {}) })
    return answer.ok ? ((await answer.json()) as Answer) : undefined
  } catch {
    return undefined
  }
}

/** @returns why it was not done */
export async function act(action: PageAction): Promise<string | undefined> {
  const body = JSON.stringify(action)
  const answer = await fetch('/api/actions', { method: 'POST', headers: authorized(), body }).catch(
    () => undefined,
  )
  if (answer?.ok) return undefined
  const { message = 'The loop does not answer.', cure = '' } = (await answer?.json().catch(() => ({}))) ?? {}
  return `${message}${cure ? ` → ${cure}` : ''}`
}

/** Hears what is new, for as long as the page is open. */
export async function follow(): Promise<void> {
  for (;;) {
    const answer = await fetch('/api/news', { headers: authorized() }).catch(() => undefined)
    if (answer?.status === 401) {
      connection.value = 'refused'
      return
    }
    if (answer?.ok && answer.body) {
      connection.value = 'open'
      runs.value = (await ask<LoopRun[]>('runs')) ?? []
      overview.value = { ...overview.value, ...(await ask<StatusAnswer>('status')) }
      await read(answer.body).catch(() => undefined)
    }
    connection.value = 'lost'
    await new Promise((resolve) => setTimeout(resolve, AGAIN))
  }
}

async function read(body: ReadableStream<Uint8Array>): Promise<void> {
  const [reader, decoder] = [body.getReader(), new TextDecoder()]
  for (let rest = ''; ; ) {
    const { done, value } = await reader.read()
    if (done) return
    const parts = (rest + decoder.decode(value, { stream: true })).split('\n\n')
    rest = parts.pop() ?? ''
    for (const part of parts) hear(JSON.parse(part.slice('data: '.length)))
  }
}

function hear({ overview: now, lines, spans, points, findings }: Fresh): void {
  if (now) overview.value = now
  counts.lines.value += lines
  counts.spans.value += spans
  counts.points.value += points
  counts.findings.value += findings
}
