import { parentPort, workerData } from 'node:worker_threads'
import type { Problem } from '../../../k8s/model/problem.ts'
import { messageOf } from '../../shell/refusal.ts'
import { LOOP } from '../record/kinds.ts'
import { linesOverRuns } from '../record/over-runs.ts'
import type { RunFile } from '../record/run-file.ts'
import { beginRun } from '../record/runs.ts'
import { answersAbout } from './answers.ts'
import type { Beginning, DashboardOrder, DashboardWord, News, PageAction } from './messages.ts'
import { openPage } from './page-files.ts'
import { serveDashboard } from './server.ts'
import { openStreams } from './streams.ts'

// A thread of its own: what is kept, searched and shown must not keep the loop from serving a save.

const { state, port, token }: Beginning = workerData
const tell = (word: DashboardWord) => parentPort?.postMessage(word)
const why = (error: unknown) => messageOf(error).slice(0, 300)

const run = open()
const streams = openStreams()
const answers = answersAbout(state, run)
const asked = new Map<number, (refusal?: Problem) => void>()
let last = 0
let isKept = true
const act = (action: PageAction) =>
  new Promise<Problem | undefined>((resolve) => {
    last += 1
    asked.set(last, resolve)
    tell({ kind: 'act', id: last, action })
  })
const endServing = serveDashboard({ port, token, page: openPage(), answers, streams, act }, (error) =>
  tell({ kind: 'note', text: `the dashboard cannot be served: ${why(error)}` }),
)

parentPort?.on('message', (order: DashboardOrder) => {
  if (order.kind === 'news') {
    keep(order)
    tell({ kind: 'taken' })
  } else if (order.kind === 'done') {
    asked.get(order.id)?.(order.refusal)
    asked.delete(order.id)
  } else if (order.kind === 'lines') {
    tell({ kind: 'lines', id: order.id, lines: linesOverRuns(state, order.wanted, order.last) })
  } else {
    run?.close()
    endServing()
    parentPort?.close()
  }
})

function open(): RunFile | undefined {
  try {
    return beginRun(state, new Date())
  } catch (error) {
    tell({ kind: 'note', text: `what happens cannot be kept: ${why(error)}` })
    return undefined
  }
}

function keep({ lines, spans, points, lost, overview, findings = [] }: News): void {
  const at = Date.now()
  const text = `${lost} lines came faster than they could be kept, and are not here`
  const gap = lost > 0 ? [{ at, service: LOOP, level: 'warning', text } as const] : []
  try {
    run?.add({ lines: [...lines, ...gap], spans, points, findings })
    if (overview) {
      // Whoever has its address may act.
      const { dashboard: _, ...status } = overview.status
      run?.setFact('status', status)
    }
    isKept = true
  } catch (error) {
    // A disk that is full, or a folder that was removed: the loop goes on without. What is said is to be kept, too.
    if (isKept) tell({ kind: 'note', text: `what happened was not kept: ${why(error)}` })
    isKept = false
  }
  if (overview) answers.tell(overview)
  streams.tell({
    ...(overview ? { overview } : {}),
    ...{ lines: lines.length + lost, spans: spans.length, points: points.length, findings: findings.length },
  })
}
