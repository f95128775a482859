import type { TaskStatus } from './intent.ts'

const setOf = (words: string) => new Set(words.split(' '))

const OPENERS = setOf('show list see view display give get read check tell what whats which do are is any')
const LISTS = setOf('tasks todos to-dos dos items list pending')
const SUBJECTS = setOf('task todo to-do everything all')
const PENDING = setOf('pending open unfinished incomplete outstanding remaining active undone left still')
const DONE = setOf('completed complete done finished finish')
const NEGATIONS = setOf('not havent arent isnt didnt')
const FILLERS = setOf(
  'i we me my our the of have has had did need should that there things on in to yet and so far now anything ones current',
)
const NO_QUESTION = setOf('i we complete finish')
const VOCABULARY = [OPENERS, LISTS, SUBJECTS, PENDING, DONE, NEGATIONS, FILLERS]

/**
 * The tasks that a sentence asks to see, or undefined when it asks for something else.
 * Every word must be known, so that 'list my house for sale' lists nothing.
 */
export function statusAskedFor(sentence: string): TaskStatus | undefined {
  const plain = sentence
    .toLowerCase()
    .replace(/['’]/g, '')
    .replace(/^how many /, 'which ')
  const words = plain.split(/[\s,]+/)
  const has = (set: ReadonlySet<string>) => words.some((word) => set.has(word))
  if (!words.every((word) => VOCABULARY.some((set) => set.has(word))) || !asks(words, has)) return undefined
  if (has(DONE) && has(NEGATIONS)) return 'pending'
  if (has(DONE) && has(PENDING)) return 'all'
  if (has(DONE)) return 'completed'
  return has(PENDING) ? 'pending' : 'all'
}

function asks([first = '', ...rest]: readonly string[], has: (set: ReadonlySet<string>) => boolean): boolean {
  if (NO_QUESTION.has(first)) return false
  if (first === 'what' && (rest.includes('do') || rest.includes('have'))) return true
  return has(LISTS) || (OPENERS.has(first) && [SUBJECTS, PENDING, DONE].some(has))
}
