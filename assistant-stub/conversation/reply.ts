import { understand } from '../language/grammar.ts'
import type { Intent, Target } from '../language/intent.ts'
import { tasksNamed } from './find-tasks.ts'
import type { Answer, Message, Tool } from './messages.ts'
import { changeIn, type Task, tasksIn } from './tool-result.ts'
import { currentTurn, type Result } from './turn.ts'
import { wording } from './wording.ts'

type Aimed = Extract<Intent, { target: Target }>
type Arguments = Readonly<Record<string, unknown>>

const ACTIONS = {
  complete: { tool: 'complete_task', confirm: wording.completed },
  delete: { tool: 'delete_task', confirm: wording.deleted },
  update: { tool: 'update_task', confirm: wording.updated },
} as const

/** What the stand-in model says next. Pure: it follows from the messages and the offered tools alone. */
export function reply(messages: readonly Message[], tools: readonly Tool[]): Answer {
  const { request, results } = currentTurn(messages)
  const intent = understand(request)
  const last = results.at(-1)
  switch (intent.kind) {
    case 'unclear':
      return { text: wording.doubt(intent.doubt) }
    case 'add':
      return last ? confirmAddition(last) : call(tools, 'add_task', additionOf(intent))
    case 'list':
      return last ? showTasks(last, intent) : call(tools, 'list_tasks', { status: intent.status })
    default:
      return act(intent, last, tools)
  }
}

function act(intent: Aimed, last: Result | undefined, tools: readonly Tool[]): Answer {
  if (last && last.call.name !== 'list_tasks') return confirmAction(intent, last)
  if ('id' in intent.target) return call(tools, ACTIONS[intent.kind].tool, actionOn(intent.target.id, intent))
  if (!last) return call(tools, 'list_tasks', { status: 'all' })
  const listed = tasksIn(last.text)
  if ('failure' in listed) return { text: wording.failed(listed.failure) }
  return actOnMatch(intent, intent.target.words, listed.value, tools)
}

function actOnMatch(intent: Aimed, words: string, tasks: readonly Task[], tools: readonly Tool[]): Answer {
  const named = tasksNamed(words, tasks)
  const pending = named.filter((task) => !task.completed)
  const candidates = intent.kind === 'complete' && pending.length > 0 ? pending : named
  const [task, ...others] = candidates
  if (!task) return { text: wording.noSuchTitle(words) }
  if (others.length > 0) return { text: wording.which(candidates) }
  if (intent.kind === 'complete' && task.completed) return { text: wording.alreadyCompleted(task) }
  return call(tools, ACTIONS[intent.kind].tool, actionOn(task.id, intent))
}

function confirmAction(intent: Aimed, { call, text }: Result): Answer {
  const outcome = changeIn(text)
  const id = typeof call.arguments.task_id === 'number' ? call.arguments.task_id : undefined
  if ('value' in outcome) return { text: ACTIONS[intent.kind].confirm({ id, ...outcome.value }) }
  if (id !== undefined && /not found|no such|no task|does not exist/i.test(outcome.failure)) {
    return { text: wording.noSuchNumber(id) }
  }
  return { text: wording.failed(outcome.failure) }
}

function confirmAddition({ call, text }: Result): Answer {
  const outcome = changeIn(text)
  if ('failure' in outcome) return { text: wording.failed(outcome.failure) }
  return { text: wording.added({ title: String(call.arguments.title), ...outcome.value }) }
}

function showTasks({ text }: Result, { status }: Extract<Intent, { kind: 'list' }>): Answer {
  const listed = tasksIn(text)
  return { text: 'failure' in listed ? wording.failed(listed.failure) : wording.list(listed.value, status) }
}

function additionOf({ title, description }: Extract<Intent, { kind: 'add' }>): Arguments {
  return { title, ...(description && { description }) }
}

function actionOn(id: number, intent: Aimed): Arguments {
  if (intent.kind !== 'update') return { task_id: id }
  const { title, description } = intent
  return { task_id: id, ...(title && { title }), ...(description && { description }) }
}

/** A call with the arguments that the tool's schema knows. */
function call(tools: readonly Tool[], name: string, args: Arguments): Answer {
  const tool = tools.find((tool) => tool.name === name)
  if (!tool) return { text: wording.noTool(name) }
  const known = Object.entries(args).filter(([key]) => tool.parameters?.includes(key) ?? true)
  return { call: { name, arguments: Object.fromEntries(known) } }
}
