export type TaskStatus = 'all' | 'pending' | 'completed'

/** A task as the user names it: by its number, or by words of its title. */
export type Target = { readonly id: number } | { readonly words: string }

/** What a sentence did not say, or asks for and cannot have. */
export type Doubt =
  | 'sentence'
  | 'which task'
  | 'one task at a time'
  | 'title'
  | 'new title'
  | 'reopening'
  | 'refusal'

/** What the user wants done. */
export type Intent =
  | { readonly kind: 'add'; readonly title: string; readonly description?: string }
  | { readonly kind: 'list'; readonly status: TaskStatus }
  | { readonly kind: 'complete'; readonly target: Target }
  | { readonly kind: 'delete'; readonly target: Target }
  | {
      readonly kind: 'update'
      readonly target: Target
      readonly title?: string
      readonly description?: string
    }
  | { readonly kind: 'unclear'; readonly doubt: Doubt }
