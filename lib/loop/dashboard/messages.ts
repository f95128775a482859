import type { Problem } from '../../../k8s/model/problem.ts'
import type { KeptLine, MetricPoint, PastFinding, Span } from '../record/kinds.ts'
import type { Wanted } from '../record/wanted.ts'
import type { LoopStatus } from '../session/questions.ts'

/** What the thread of a dashboard begins with. */
export interface Beginning {
  /** The folder of the stack. */
  readonly state: string
  readonly port: number
  /** Whoever has it may read all and act. */
  readonly token: string
}

/** A service, and whom it calls. */
export interface GraphNode {
  readonly name: string
  /** A page is what people open. */
  readonly kind: 'page' | 'program' | 'store'
  readonly calls: readonly string[]
  /** Where a browser is told what it offers. */
  readonly documentation?: string
}

/** How all is, and what there is. */
export interface Overview {
  readonly status: LoopStatus
  /** Of the services that run now: more may join. */
  readonly graph: readonly GraphNode[]
}

/** What happened in the loop since the last one; it is answered by `taken`. */
export interface News {
  readonly kind: 'news'
  readonly lines: readonly KeptLine[]
  readonly spans: readonly Span[]
  readonly points: readonly MetricPoint[]
  /** Lines that came faster than they could be kept. */
  readonly lost: number
  readonly overview?: Overview
  readonly findings?: readonly PastFinding[]
}

/** To the thread. */
export type DashboardOrder =
  | News
  /** What became of an action. */
  | { readonly kind: 'done'; readonly id: number; readonly refusal?: Problem }
  /** For lines of all runs; answered by `lines`. */
  | { readonly kind: 'lines'; readonly id: number; readonly wanted: Wanted; readonly last: number }
  | { readonly kind: 'end' }

/** What a page may have done: a service made anew; what is saved wait, or no longer. */
export type PageAction = { readonly restart: string } | { readonly pause: boolean }

/** From the thread. */
export type DashboardWord =
  | { readonly kind: 'taken' }
  | { readonly kind: 'lines'; readonly id: number; readonly lines: readonly KeptLine[] }
  | { readonly kind: 'act'; readonly id: number; readonly action: PageAction }
  /** What it has to go on without. */
  | { readonly kind: 'note'; readonly text: string }
