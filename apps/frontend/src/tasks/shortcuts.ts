export type Command = 'new' | 'search' | 'next' | 'previous' | 'toggle' | 'edit' | 'delete' | 'undo' | 'help'

export interface Press {
  key: string
  /** Whether Ctrl or, on a Mac, Command is held. */
  control: boolean
  alt: boolean
  /** Where the key goes: a field that takes text, a task in the list, another control, or nothing in particular. */
  in: 'field' | 'task' | 'control' | 'page'
}

/** Keys that mean a command anywhere but in a field. */
const anywhere = new Map<string, Command>([
  ['n', 'new'],
  ['/', 'search'],
  ['j', 'next'],
  ['k', 'previous'],
  ['?', 'help'],
])

/** Keys that mean a command for the task that has the focus. */
const onTask = new Map<string, Command>([
  ['ArrowDown', 'next'],
  ['ArrowUp', 'previous'],
  ['x', 'toggle'],
  ['e', 'edit'],
  ['Delete', 'delete'],
])

const singleKey = /^.$/

/** The command that a key means, if it means one. Who types text never gives a command by it. */
export function commandOf(press: Press, letters = true): Command | undefined {
  if (press.in === 'field' || press.alt) return undefined
  if (press.control) return press.key === 'z' ? 'undo' : undefined
  if (!letters && singleKey.test(press.key)) return undefined
  return anywhere.get(press.key) ?? (press.in === 'task' ? onTask.get(press.key) : undefined)
}

/** What the help lists, in its order. */
export const shortcuts: readonly { keys: readonly string[]; does: string }[] = [
  { keys: ['n'], does: 'Write a new task' },
  { keys: ['/'], does: 'Search' },
  { keys: ['j', 'Down'], does: 'Next task' },
  { keys: ['k', 'Up'], does: 'Previous task' },
  { keys: ['x', 'Space'], does: 'Complete or reopen the task' },
  { keys: ['e'], does: 'Edit the task' },
  { keys: ['Delete'], does: 'Delete the task' },
  { keys: ['Ctrl', 'Z'], does: 'Undo the last change' },
  { keys: ['?'], does: 'Show these shortcuts' },
]

/** Where a key pressed at `target` goes. */
export function placeOf(target: EventTarget | null): Press['in'] {
  if (!(target instanceof HTMLElement)) return 'page'
  if (takesText(target)) return 'field'
  if (target.closest('[data-task]')) return 'task'
  return target.closest('button, a, summary, [role="radio"]') ? 'control' : 'page'
}

const boxes = new Set(['checkbox', 'radio', 'button', 'submit', 'reset'])

function takesText(element: HTMLElement): boolean {
  if (element instanceof HTMLInputElement) return !boxes.has(element.type)
  return element.isContentEditable || ['TEXTAREA', 'SELECT'].includes(element.tagName)
}
