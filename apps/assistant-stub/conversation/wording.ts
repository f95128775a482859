import type { Doubt, TaskStatus } from '../language/intent.ts'
import type { Planned, Task } from './tool-result.ts'

export const INTRODUCTION =
  'I am a stand-in model, not a real one: I understand plain sentences that add, list, find, plan, complete, delete or change tasks. ' +
  "Try “Add a task to buy groceries”, “What's pending?” or “Mark task 3 as complete”."

const DOUBTS: Readonly<Record<Doubt, string>> = {
  sentence: INTRODUCTION,
  'which task': 'Which task do you mean? Give me its number or its title, for example “Delete task 2”.',
  'one task at a time':
    'I can change one task at a time. Tell me which, for example “Mark task 3 as complete”.',
  title: 'What should the task be called? Say, for example, “Add a task to buy groceries”.',
  'new title': "What should I change it to? Say, for example, “Change task 1 to 'Call mom tonight'”.",
  tag: 'Which tags for which task? Say, for example, “Tag task 3 with work and home”.',
  'due date': 'When is it due? Say, for example, “tomorrow at 9am”, “in 2 hours” or “2026-12-01 at 09:00”.',
  moment:
    'I did not understand when. Say, for example, “tomorrow at 9am”, “in 2 months” or “on 3 December”; a task can come back daily, weekly, monthly or yearly.',
  past: 'That time has passed today. Say, for example, “tomorrow at 9am” or “in 2 hours”.',
  clock: 'Nobody told me what time it is. Give me a date, for example “2026-12-01 at 09:00”.',
  undo: 'I know of no change that I could undo. I can bring back a task by its number: “Restore task 3”.',
  refusal: 'All right, I changed nothing.',
}

type Change = Planned & { readonly id?: number | undefined; readonly title?: string | undefined }

export const wording = {
  doubt: (doubt: Doubt, words?: string) =>
    words === undefined ? DOUBTS[doubt] : `${DOUBTS[doubt]} (I read “${words}”.)`,

  added: (task: Change) => `I've added ${named(task)}${described(task, ': ')}.`,
  completed: (task: Change) => `Well done! I've marked ${named(task)} as complete.`,
  deleted: (task: Change) => `I've deleted ${named(task)}.`,
  updated: (task: Change) => `I've updated ${named(task)}.`,
  reopened: (task: Change) => `I've reopened ${named(task)}.`,
  restored: (task: Change) => `I've restored ${named(task)}.`,
  planned: (task: Change) =>
    `I've planned ${named(task)}: ${described(task, '') || 'nothing in particular'}.`,

  alreadyCompleted: (task: Task) => `You have already completed ${named(task)}.`,
  noSuchNumber: (id: number) =>
    `I couldn't find task ${id}. Say “Show me all my tasks” to see their numbers.`,
  noSuchTitle: (words: string) =>
    `I couldn't find a task that matches “${words}”. Say “Show me all my tasks” to see them.`,
  noSuchDeletion: "I don't remember deleting that. Tell me the number it had, for example “Restore task 3”.",
  which: (tasks: readonly Task[]) =>
    `I found ${tasks.length} tasks that match: ${tasks.map(named).join(', ')}. Which one? Tell me its number.`,
  failed: (cause: string) => `I'm sorry, that did not work: ${cause || 'the tool gave no reason'}`,
  noTool: (tool: string) => `I'm sorry, I can't do that here: the tool ${tool} was not offered to me.`,

  found(tasks: readonly Task[]): string {
    if (tasks.length === 0) return 'I found no such tasks.'
    return [`I found ${tasks.length} ${tasks.length === 1 ? 'task' : 'tasks'}:`, ...tasks.map(line)].join(
      '\n',
    )
  },

  first(tasks: readonly Task[]): string {
    const heading = `These are the first ${tasks.length} of more tasks than I can list. To see others, say “Find tasks about …”:`
    return [heading, ...tasks.map(line)].join('\n')
  },

  list(tasks: readonly Task[], status: TaskStatus): string {
    const kind = status === 'all' ? '' : `${status} `
    if (tasks.length === 0) return `You have no ${kind}tasks.`
    const heading = `You have ${tasks.length} ${kind}${tasks.length === 1 ? 'task' : 'tasks'}:`
    return [heading, ...tasks.map(line)].join('\n')
  },
}

function line(task: Task): string {
  return `- Task ${task.id}: ${task.title} (${task.completed ? 'completed' : 'pending'}${described(task, ', ')})`
}

/** The plan in words after `lead`, or nothing. */
function described({ priority, tags, dueAt, recurrence }: Planned, lead: string): string {
  const facts = [
    ...(priority ? [`${priority} priority`] : []),
    ...(tags ? [`tagged ${tags.join(' and ')}`] : []),
    ...(dueAt ? [`due ${dueAt.slice(0, 10)} at ${dueAt.slice(11, 16)}`] : []),
    ...(recurrence ? [`repeated ${recurrence}`] : []),
  ]
  return facts.length === 0 ? '' : lead + facts.join(', ')
}

function named({ id, title }: Change): string {
  const number = id === undefined ? 'the task' : `task ${id}`
  return title === undefined ? number : `${number}, “${title}”`
}
