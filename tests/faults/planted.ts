import type { Fault } from './fault.ts'
import { COMMANDS } from './planted/commands.ts'
import { DEPLOYMENT } from './planted/deployment.ts'
import { PROGRAMS } from './planted/programs.ts'

/** One or more in each room and program. */
export const FAULTS: readonly Fault[] = [...DEPLOYMENT, ...COMMANDS, ...PROGRAMS]
