import type { Plan, Priority } from './plan.ts'

export type TaskStatus = 'all' | 'pending' | 'completed'

/** A task as the user names it: by its number, or by words of its title. */
export type Target = { readonly id: number } | { readonly words: string }

/** What tasks to look for; `days` are those on which they are due, counted from today, the last one excluded. */
export type Search = {
  readonly words?: string
  readonly priority?: Priority
  readonly tag?: string
  readonly days?: readonly [number, number]
  readonly overdue?: true
}

/** What a sentence did not say, or asks for and cannot have. */
export type Doubt =
  | 'sentence'
  | 'which task'
  | 'one task at a time'
  | 'title'
  | 'new title'
  | 'tag'
  | 'due date'
  | 'moment'
  | 'past'
  | 'clock'
  | 'undo'
  | 'refusal'

/** What the user wants done. */
export type Intent =
  | { readonly kind: 'add'; readonly title: string; readonly description?: string; readonly plan?: Plan }
  | { readonly kind: 'list'; readonly status: TaskStatus }
  | { readonly kind: 'find'; readonly search: Search }
  | { readonly kind: 'undo' }
  | { readonly kind: 'complete'; readonly target: Target }
  | { readonly kind: 'reopen'; readonly target: Target }
  | { readonly kind: 'restore'; readonly target: Target }
  | { readonly kind: 'plan'; readonly target: Target; readonly plan: Plan }
  | { readonly kind: 'delete'; readonly target: Target }
  | {
      readonly kind: 'update'
      readonly target: Target
      readonly title?: string
      readonly description?: string
    }
  | { readonly kind: 'unclear'; readonly doubt: Doubt; readonly words?: string }
