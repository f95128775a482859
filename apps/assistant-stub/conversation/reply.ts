import { type Clock, clockIn, momentOf, nowOn, startOfDay } from '../language/clock.ts'
import { understand } from '../language/grammar.ts'
import type { Doubt, Intent, Search, Target } from '../language/intent.ts'
import type { Plan } from '../language/plan.ts'
import { tasksNamed } from './find-tasks.ts'
import type { Answer, Message, Tool } from './messages.ts'
import { changeIn, isPart, type Task, tasksIn } from './tool-result.ts'
import { currentTurn, type Result } from './turn.ts'
import { deletedTask, lastChange } from './undo.ts'
import { wording } from './wording.ts'

type Aimed = Extract<Intent, { target: Target }>
type Arguments = Readonly<Record<string, unknown>>

/** What an answer follows from, beside the intent. */
type Context = {
  readonly results: readonly Result[]
  readonly tools: readonly Tool[]
  readonly clock: Clock | undefined
  readonly messages: readonly Message[]
}

const ACTIONS = {
  complete: { tool: 'complete_task', confirm: wording.completed },
  delete: { tool: 'delete_task', confirm: wording.deleted },
  update: { tool: 'update_task', confirm: wording.updated },
  reopen: { tool: 'reopen_task', confirm: wording.reopened },
  restore: { tool: 'restore_task', confirm: wording.restored },
  plan: { tool: 'plan_task', confirm: wording.planned },
} as const
const LOOKS = ['list_tasks', 'find_tasks', 'get_task']

/** What the stand-in model says next. Pure: it follows from the messages and the offered tools alone. */
export function reply(messages: readonly Message[], tools: readonly Tool[]): Answer {
  const { request, results } = currentTurn(messages)
  const told = messages.filter(({ role }) => role === 'system' || role === 'developer')
  const clock = clockIn(told.map(({ text }) => text).join('\n'))
  return answer(understand(request), { results, tools, clock, messages })
}

function answer(intent: Intent, context: Context): Answer {
  const { results, tools, clock, messages } = context
  const last = results.at(-1)
  switch (intent.kind) {
    case 'unclear':
      return { text: wording.doubt(intent.doubt, intent.words) }
    case 'add':
      return add(intent, context)
    case 'list':
      return last ? showTasks(last, intent) : call(tools, 'list_tasks', { status: intent.status })
    case 'find':
      return last ? showFound(last) : find(intent.search, tools, clock)
    case 'undo': {
      const inverse = lastChange(messages)
      return inverse ? answer(inverse, context) : { text: wording.doubt('undo') }
    }
    default:
      return act(intent, context)
  }
}

function add(intent: Extract<Intent, { kind: 'add' }>, { results, tools, clock }: Context): Answer {
  const { title, description, plan } = intent
  const due = plan && argumentsOf(plan, clock)
  if (due && 'doubt' in due) return { text: wording.doubt(due.doubt) }
  const added = results.find(({ call }) => call.name === 'add_task')
  if (!added) return call(tools, 'add_task', { title, ...(description && { description }) })
  const outcome = changeIn(added.text)
  if ('failure' in outcome) return { text: wording.failed(outcome.failure) }
  const confirmed = wording.added({ title, ...outcome.value })
  const planned = results.find(({ call }) => call.name === 'plan_task')
  if (!due || outcome.value.id === undefined) return { text: confirmed }
  if (!planned) {
    const next = call(tools, 'plan_task', { task_id: outcome.value.id, ...due.given })
    return 'call' in next ? next : { text: `${confirmed} ${next.text}` }
  }
  const change = changeIn(planned.text)
  return 'failure' in change
    ? { text: `${confirmed} ${wording.failed(change.failure)}` }
    : { text: wording.added({ title, ...change.value }) }
}

function act(intent: Aimed, context: Context): Answer {
  const { results, tools, messages } = context
  const last = results.at(-1)
  if (last && !LOOKS.includes(last.call.name)) return confirmAction(intent, last)
  if ('id' in intent.target) return actOn(intent.target.id, intent, context)
  if (intent.kind === 'restore') {
    const id = deletedTask(intent.target.words, messages)
    return id === undefined ? { text: wording.noSuchDeletion } : actOn(id, intent, context)
  }
  const listing = results.find(({ call }) => call.name === 'list_tasks')
  if (!listing) return call(tools, 'list_tasks', { status: 'all' })
  const search = results.find(({ call }) => call.name === 'find_tasks')
  if (!search && isPart(listing.text) && tools.some(({ name }) => name === 'find_tasks'))
    return call(tools, 'find_tasks', { query: intent.target.words })
  const listed = tasksIn((search ?? listing).text)
  if ('failure' in listed) return { text: wording.failed(listed.failure) }
  return actOnMatch(intent, intent.target.words, listed.value, context)
}

function actOnMatch(intent: Aimed, words: string, tasks: readonly Task[], context: Context): Answer {
  const named = tasksNamed(words, tasks)
  const fitting = named.filter((task) => task.completed === (intent.kind === 'reopen'))
  const chooses = intent.kind === 'complete' || intent.kind === 'reopen'
  const candidates = chooses && fitting.length > 0 ? fitting : named
  const [task, ...others] = candidates
  if (!task) return { text: wording.noSuchTitle(words) }
  if (others.length > 0) return { text: wording.which(candidates) }
  if (intent.kind === 'complete' && task.completed) return { text: wording.alreadyCompleted(task) }
  return actOn(task.id, intent, context)
}

function actOn(id: number, intent: Aimed, { results, tools, clock }: Context): Answer {
  const { tool } = ACTIONS[intent.kind]
  if (intent.kind === 'update') {
    const { title, description } = intent
    return call(tools, tool, { task_id: id, ...(title && { title }), ...(description && { description }) })
  }
  if (intent.kind !== 'plan') return call(tools, tool, { task_id: id })
  const plan = argumentsOf(intent.plan, clock)
  if ('doubt' in plan) return { text: wording.doubt(plan.doubt) }
  if (!intent.plan.tags?.length) return call(tools, tool, { task_id: id, ...plan.given })
  // plan_task sets all tags: those it has already are kept.
  const look = results.find(({ call }) => call.name === 'get_task')
  if (!look) return call(tools, 'get_task', { task_id: id })
  const known = tasksIn(look.text)
  if ('failure' in known) return { text: wording.failed(known.failure) }
  const tags = [...(known.value[0]?.tags ?? []), ...intent.plan.tags]
  return call(tools, tool, { task_id: id, ...plan.given, tags: [...new Set(tags)] })
}

/** The plan as plan_task takes it, or what is doubtful about its moment. */
function argumentsOf(
  { priority, tags, due, recurrence }: Plan,
  clock: Clock | undefined,
): { readonly given: Arguments } | { readonly doubt: Doubt } {
  const due_at = due ? momentOf(due, clock) : due === null ? '' : undefined
  if (typeof due_at === 'object') return due_at
  return {
    given: {
      ...(priority && { priority }),
      ...(tags && { tags }),
      ...(due_at !== undefined && { due_at }),
      ...(due_at && clock && { time_zone: clock.zone }),
      ...(recurrence !== undefined && { recurrence: recurrence ?? '' }),
    },
  }
}

function find(
  { words, tag, priority, days, overdue }: Search,
  tools: readonly Tool[],
  clock: Clock | undefined,
) {
  if ((days || overdue) && !clock) return { text: wording.doubt('clock') }
  return call(tools, 'find_tasks', {
    ...(words && { query: words }),
    ...(tag && { tag }),
    ...(priority && { priority }),
    ...((days || overdue || priority) && { status: 'pending' }),
    ...(clock && days && { due_after: startOfDay(clock, days[0]), due_before: startOfDay(clock, days[1]) }),
    ...(clock && overdue && { due_before: nowOn(clock) }),
    ...((days || overdue) && { sort: 'due_date' }),
  })
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

function showTasks({ text }: Result, { status }: Extract<Intent, { kind: 'list' }>): Answer {
  const listed = tasksIn(text)
  if ('failure' in listed) return { text: wording.failed(listed.failure) }
  return { text: isPart(text) ? wording.first(listed.value) : wording.list(listed.value, status) }
}

function showFound({ text }: Result): Answer {
  const tasks = tasksIn(text)
  if ('failure' in tasks) return { text: wording.failed(tasks.failure) }
  return { text: isPart(text) ? wording.first(tasks.value) : wording.found(tasks.value) }
}

/** A call with the arguments that the tool's schema knows. */
function call(tools: readonly Tool[], name: string, args: Arguments): Answer {
  const tool = tools.find((tool) => tool.name === name)
  if (!tool) return { text: wording.noTool(name) }
  const known = Object.entries(args).filter(([key]) => tool.parameters?.includes(key) ?? true)
  return { call: { name, arguments: Object.fromEntries(known) } }
}
