/** What is being typed, so that neither a reload nor the end of a session takes it away. */
const keyOf = (userId: string) => `new-task ${userId}`

export function keptTitle(userId: string): string {
  return sessionStorage.getItem(keyOf(userId)) ?? ''
}

export function keepTitle(userId: string, title: string): void {
  if (title) sessionStorage.setItem(keyOf(userId), title)
  else sessionStorage.removeItem(keyOf(userId))
}
