import { linkTo, VIEWS } from './route.ts'

/** `1` to `6` show a view, `/` goes to its search. */
export function listenForKeys(): void {
  document.addEventListener('keydown', (event) => {
    const { key, target, ctrlKey, metaKey, altKey } = event
    const isTyping = target instanceof HTMLElement && target.matches('input, select, textarea')
    if (isTyping && key === 'Escape') target.blur()
    if (isTyping || ctrlKey || metaKey || altKey) return
    const view = VIEWS[Number(key) - 1]
    if (view) location.hash = linkTo(view)
    const field = key === '/' && document.querySelector<HTMLElement>('[data-hotkey="/"]')
    if (!field) return
    event.preventDefault()
    field.focus()
  })
}
