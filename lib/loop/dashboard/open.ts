import { Worker } from 'node:worker_threads'
import type { Problem } from '../../../k8s/model/problem.ts'
import { messageOf, Refusal } from '../../shell/refusal.ts'
import { gather } from '../record/gather.ts'
import type { KeptLine } from '../record/kinds.ts'
import type { Wanted } from '../record/wanted.ts'
import type { Session } from '../session/session.ts'
import { view } from '../session/view.ts'
import type { Beginning, DashboardOrder, DashboardWord, GraphNode, PageAction } from './messages.ts'

/** Milliseconds in which what happens is gathered. */
const PAUSE = 50

/** What of a loop a page shows and does besides. */
export interface PageMeans {
  /** Of the services that run now. */
  readonly graph: () => readonly GraphNode[]
  readonly act: (action: PageAction) => Promise<void>
}

/**
 * Keeps what happens in a loop and shows it to browsers, in a thread of its own, until the signal.
 *
 * @returns what gives the latest of the lines that are kept at the moment of the call, in their order
 */
export function openDashboard(
  session: Session,
  workerData: Beginning,
  { graph, act }: PageMeans,
  signal: AbortSignal,
): (wanted: Wanted, last: number) => Promise<readonly KeptLine[]> {
  const thread = new Worker(new URL('./thread.mjs', import.meta.url), { workerData, execArgv: [] })
  const post = (order: DashboardOrder) => thread.postMessage(order)
  const gathered = gather()
  const asked = new Map<number, (lines: readonly KeptLine[]) => void>()
  let [isOther, isBusy, isOver] = [true, 0, false]
  let [last, timer] = [0, setTimeout(() => undefined)]
  let isSoon = false
  const send = () => {
    clearTimeout(timer)
    isSoon = false
    if (!isOther && gathered.isEmpty()) return
    const overview = () => ({ status: view(session.state(), session.place), graph: graph() })
    post({ kind: 'news', ...gathered.take(), ...(isOther ? { overview: overview() } : {}) })
    isOther = false
    isBusy += 1
  }
  const sendSoon = () => {
    if (isBusy > 0 || isSoon) return
    isSoon = true
    timer = setTimeout(send, PAUSE)
  }
  const endHearing = session.on((event, before, after) => {
    gathered.hear(event, before, after, Date.now())
    isOther ||= after !== before
    sendSoon()
  })
  const over = () => {
    isOver = true
    endHearing()
    for (const answer of asked.values()) answer([])
    asked.clear()
  }
  thread.on('message', (word: DashboardWord) => {
    if (word.kind === 'note') session.tell({ kind: 'note', text: word.text })
    else if (word.kind === 'lines') {
      asked.get(word.id)?.(word.lines)
      asked.delete(word.id)
    } else if (word.kind === 'act')
      act(word.action).then(
        () => post({ kind: 'done', id: word.id }),
        (error: unknown) => post({ kind: 'done', id: word.id, refusal: refusalOf(error) }),
      )
    else {
      isBusy -= 1
      if (!signal.aborted) sendSoon()
    }
  })
  // The loop goes on without it.
  thread.on('error', ({ message }) => {
    over()
    if (!signal.aborted)
      session.tell({ kind: 'note', text: `the dashboard has ended: ${message.slice(0, 300)}` })
  })
  thread.on('exit', over)
  sendSoon()
  signal.addEventListener('abort', () => {
    endHearing()
    send()
    post({ kind: 'end' })
  })
  return (wanted, most) =>
    new Promise((resolve) => {
      if (isOver || signal.aborted) return resolve([])
      send()
      last += 1
      asked.set(last, resolve)
      post({ kind: 'lines', id: last, wanted, last: most })
    })
}

function refusalOf(error: unknown): Problem {
  if (error instanceof Refusal) return { message: error.message, cure: error.cure }
  return { message: messageOf(error), cure: 'npm run doctor' }
}
