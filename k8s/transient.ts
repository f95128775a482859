import { DATABASE_CLIENT } from './database-client.ts'
import { SMOKE } from './smoke.ts'

/** Pods that a command makes and removes beside the stack: nothing is wrong with the stack when one comes or goes. */
export const TRANSIENT = [SMOKE, DATABASE_CLIENT] as const

/** Selects what is of the stack itself. */
export const LASTING = `app.kubernetes.io/part-of=todo,app.kubernetes.io/name notin (${TRANSIENT})`
