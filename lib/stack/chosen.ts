import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Stack, Travel } from '../../k8s/model/stack.ts'
import { namesOf } from '../../k8s/names.ts'
import { CHECKOUT } from '../shell/state-folder.ts'

/** The folder that says what the application is. Nobody imports it: another one could be chosen. */
const FOLDER = join(CHECKOUT, 'stack')

const open = async <Module>(file: string) => (await import(pathToFileURL(join(FOLDER, file)).href)) as Module

/** The stack that commands are about. */
export const STACK = (await open<{ readonly default: Stack }>('stack.ts')).default

/** The names of its objects in a cluster. */
export const NAMES = namesOf(STACK)

/** Selects what is of the stack. */
export const PART_OF = `app.kubernetes.io/part-of=${STACK.name}`

/** The program of its smoke test, as a file. */
export const JOURNEY = join(FOLDER, 'journey.ts')

/** The same, to be called in this process. */
export const travel: Travel = async (way, report) =>
  (await open<{ travel: Travel }>('journey.ts')).travel(way, report)
