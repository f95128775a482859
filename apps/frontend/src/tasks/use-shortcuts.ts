import { useEffect, useEffectEvent } from 'react'
import { type Command, commandOf, placeOf } from './shortcuts'

/** Where the choice is kept not to have single keys mean anything. */
const lettersKey = 'single-key-shortcuts'

export function lettersAreOn(): boolean {
  return localStorage.getItem(lettersKey) !== 'off'
}

export function setLetters(on: boolean): void {
  localStorage.setItem(lettersKey, on ? 'on' : 'off')
}

/** The heading of the list of tasks. */
export const headingId = 'tasks-heading'

/** Hands each command given by the keyboard to `run`, with the task it is about if one has the focus. */
export function useShortcuts(run: (command: Command, taskId: number | undefined) => void): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    // A dialog has the keyboard to itself.
    if (event.defaultPrevented || document.querySelector('[role="dialog"]')) return
    const press = {
      key: event.key,
      control: event.ctrlKey || event.metaKey,
      alt: event.altKey,
      in: placeOf(event.target),
    }
    const command = commandOf(press, lettersAreOn())
    if (!command) return
    event.preventDefault()
    run(command, taskAt(event.target))
  })

  useEffect(() => {
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
}

function taskAt(target: EventTarget | null): number | undefined {
  const row = target instanceof Element ? target.closest<HTMLElement>('[data-task]') : null
  return row ? Number(row.dataset.task) : undefined
}

/** Moves the focus in the list, to the first task if none has it. */
export function focusTask(from: number | undefined, step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-task]')]
  const at = rows.findIndex((row) => row.dataset.task === String(from))
  const row = at < 0 ? rows[0] : rows[at + step]
  row?.querySelector<HTMLInputElement>('input')?.focus()
  row?.scrollIntoView({ block: 'nearest' })
}

/** Before a task disappears: moves the focus, if the task has it, to its neighbour or else to the heading of the list. */
export function leaveTask(id: number): void {
  const row = document.querySelector<HTMLElement>(`[data-task="${id}"]`)
  if (!row?.contains(document.activeElement)) return
  const neighbour = row.nextElementSibling ?? row.previousElementSibling
  // Not to a field: there Ctrl+Z is about its text, and a phone would show its keyboard.
  const next = neighbour?.querySelector('input') ?? document.getElementById(headingId)
  next?.focus()
}

/** After a task was put back into the list: gives it the focus, once the list is drawn. */
export function comeBackTo(id: number): void {
  setTimeout(() => document.querySelector<HTMLElement>(`[data-task="${id}"] input`)?.focus())
}

/** Puts the focus back to where it was, or to the task if that has gone. */
export function focusAgain(before: Element | null, taskId: number | undefined): void {
  const row = document.querySelector<HTMLElement>(`[data-task="${taskId}"] input`)
  const usable = before instanceof HTMLElement && before !== document.body && before.isConnected
  const target = usable ? before : row
  target?.focus()
}
