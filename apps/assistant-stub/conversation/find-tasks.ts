import type { Task } from './tool-result.ts'

const SMALL_WORDS = new Set([
  'a',
  'an',
  'the',
  'my',
  'our',
  'to',
  'of',
  'for',
  'with',
  'some',
  'at',
  'on',
  'in',
])
const BASE_FORMS: Readonly<Record<string, string>> = {
  bought: 'buy',
  did: 'do',
  done: 'do',
  made: 'make',
  met: 'meet',
  paid: 'pay',
  sent: 'send',
  took: 'take',
  wrote: 'write',
}

/**
 * The tasks whose titles the words name, by the strictest reading that finds any:
 * the whole title, then each word of it, then each word in another form ('buying' for 'Buy').
 */
export function tasksNamed(words: string, tasks: readonly Task[]): readonly Task[] {
  const readings: readonly ((title: string) => boolean)[] = [
    (title) => title.toLowerCase() === words.toLowerCase(),
    contains(wordsOf(words), wordsOf),
    contains(wordsOf(words).map(stem), (title) => wordsOf(title).map(stem)),
  ]
  for (const matches of readings) {
    const found = tasks.filter(({ title }) => matches(title))
    if (found.length > 0) return found
  }
  return []
}

function contains(wanted: readonly string[], split: (title: string) => readonly string[]) {
  return (title: string) => {
    const words = new Set(split(title))
    return wanted.length > 0 && wanted.every((word) => words.has(word))
  }
}

function wordsOf(text: string): readonly string[] {
  const words =
    text
      .toLowerCase()
      .replace(/['’]/g, '')
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  const significant = words.filter((word) => !SMALL_WORDS.has(word))
  return significant.length > 0 ? significant : words
}

function stem(word: string): string {
  const base = BASE_FORMS[word] ?? word
  const shorter = base.length > 4 ? base.replace(/(?:ing|ed|es|s)$/, '') : base
  return shorter
    .replace(/e$/, '')
    .replace(/y$/, 'i')
    .replace(/(.)\1$/, '$1')
}
