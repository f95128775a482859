import { namesOf } from '../../k8s/names.ts'
import stack from '../../stack/stack.ts'

/** The main stack, and its names. */
export const MAIN = stack
export const NAMES = namesOf(MAIN)
