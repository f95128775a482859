import type { Intent } from '../language/intent.ts'
import { tasksNamed } from './find-tasks.ts'
import type { Message } from './messages.ts'

const INVERSES = [
  [/I've deleted task (?<id>\d+)/, 'restore'],
  [/I've marked task (?<id>\d+)(?:, “.*”)? as complete/, 'reopen'],
  [/I've (?:added|restored) task (?<id>\d+)/, 'delete'],
  [/I've reopened task (?<id>\d+)/, 'complete'],
] as const
const DELETION = /I've deleted task (?<id>\d+), “(?<title>.*)”/

/** What would undo the last change that an answer told of, or undefined when none can be undone. */
export function lastChange(messages: readonly Message[]): Intent | undefined {
  for (const text of answersOf(messages)) {
    if (!/I've [a-z]+ (?:the )?task/.test(text)) continue
    for (const [pattern, kind] of INVERSES) {
      const id = pattern.exec(text)?.groups?.id
      if (id) return { kind, target: { id: Number(id) } }
    }
    return undefined
  }
  return undefined
}

/** The number of the deleted task that the words name, as far as an answer told of it. */
export function deletedTask(words: string, messages: readonly Message[]): number | undefined {
  const deleted = answersOf(messages).flatMap((text) => {
    const { id, title } = DELETION.exec(text)?.groups ?? {}
    return id && title ? [{ id: Number(id), title, completed: false }] : []
  })
  return tasksNamed(words, deleted)[0]?.id
}

/** What the assistant has said, the latest first. */
function answersOf(messages: readonly Message[]): readonly string[] {
  return messages.flatMap((message) => (message.role === 'assistant' ? [message.text] : [])).reverse()
}
