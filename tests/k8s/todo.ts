import { namesOf } from '../../k8s/names.ts'
import stack from '../../stack/stack.ts'

/** The main stack, and its names. */
export const TODO = stack
export const NAMES = namesOf(TODO)
