import { DATABASE_CLIENT } from './database-client.ts'
import type { Stack } from './model/stack.ts'
import { SMOKE } from './smoke.ts'

/** Pods that a command makes and removes beside the stack: nothing is wrong with the stack when one comes or goes. */
export function transient({ database }: Stack): string[] {
  return [SMOKE, ...(database ? [DATABASE_CLIENT] : [])]
}

/** Selects what is of the stack itself. */
export function lasting(stack: Stack): string {
  return `app.kubernetes.io/part-of=${stack.name},app.kubernetes.io/name notin (${transient(stack)})`
}
