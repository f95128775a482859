import type { Doubt, TaskStatus } from '../language/intent.ts'
import type { Task } from './tool-result.ts'

export const INTRODUCTION =
  'I am a stand-in model, not a real one: I understand plain sentences that add, list, complete, delete or change tasks. ' +
  "Try “Add a task to buy groceries”, “What's pending?” or “Mark task 3 as complete”."

const DOUBTS: Readonly<Record<Doubt, string>> = {
  sentence: INTRODUCTION,
  'which task': 'Which task do you mean? Give me its number or its title, for example “Delete task 2”.',
  'one task at a time':
    'I can change one task at a time. Tell me which, for example “Mark task 3 as complete”.',
  title: 'What should the task be called? Say, for example, “Add a task to buy groceries”.',
  'new title': "What should I change it to? Say, for example, “Change task 1 to 'Call mom tonight'”.",
  reopening: 'I have no tool that reopens a completed task, so I changed nothing.',
  refusal: 'All right, I changed nothing.',
}

type Change = { readonly id?: number | undefined; readonly title?: string | undefined }

export const wording = {
  doubt: (doubt: Doubt) => DOUBTS[doubt],

  added: (task: Change) => `I've added ${named(task)}.`,
  completed: (task: Change) => `Well done! I've marked ${named(task)} as complete.`,
  deleted: (task: Change) => `I've deleted ${named(task)}.`,
  updated: (task: Change) => `I've updated ${named(task)}.`,

  alreadyCompleted: (task: Task) => `You have already completed ${named(task)}.`,
  noSuchNumber: (id: number) =>
    `I couldn't find task ${id}. Say “Show me all my tasks” to see their numbers.`,
  noSuchTitle: (words: string) =>
    `I couldn't find a task that matches “${words}”. Say “Show me all my tasks” to see them.`,
  which: (tasks: readonly Task[]) =>
    `I found ${tasks.length} tasks that match: ${tasks.map(named).join(', ')}. Which one? Tell me its number.`,
  failed: (cause: string) => `I'm sorry, that did not work: ${cause || 'the tool gave no reason'}`,
  noTool: (tool: string) => `I'm sorry, I can't do that here: the tool ${tool} was not offered to me.`,

  list(tasks: readonly Task[], status: TaskStatus): string {
    const kind = status === 'all' ? '' : `${status} `
    if (tasks.length === 0) return `You have no ${kind}tasks.`
    const heading = `You have ${tasks.length} ${kind}${tasks.length === 1 ? 'task' : 'tasks'}:`
    const lines = tasks.map(
      ({ id, title, completed }) => `- Task ${id}: ${title} (${completed ? 'completed' : 'pending'})`,
    )
    return [heading, ...lines].join('\n')
  },
}

function named({ id, title }: Change): string {
  const number = id === undefined ? 'the task' : `task ${id}`
  return title === undefined ? number : `${number}, “${title}”`
}
