import type { Doubt, Intent, Search, Target } from './intent.ts'
import { statusAskedFor } from './listing.ts'
import { type Plan, PRIORITY, planAtEnd, priorityNamed, tagsNamed } from './plan.ts'
import { RHYTHM, rhythmNamed } from './rhythm.ts'
import { requestIn } from './sentence.ts'
import { targetNamed } from './target.ts'
import { asTitle, unquoted } from './title.ts'
import { beginsTimeLike, isTimeLike, timeLikeEnd, whenNamed } from './when.ts'

type Words = Readonly<Record<string, string | undefined>>
type Row = readonly [pattern: RegExp, intent: (words: Words) => Intent]

const TASK = '(?:(?:a|an|another|the|one) )?(?:new )?(?:task|to-?do|item|reminder)'
const LIST =
  '(?:to|on|onto|in|into|from|off) (?:my|the|our) (?:(?:to-?do|task|shopping) )?(?:list|tasks|to-?dos)'
const LIST_AT_END = new RegExp(`,? ${LIST}$`, 'i')
const DONE = '(?:done|complete|completed|finished)'
const NOT_DONE = `(?:not (?:yet )?${DONE}|undone|incomplete|pending|open|unfinished)`
const ADD = '(?:add|create|new|(?:make|set)(?= (?:a|an|another) ))(?: me)?'
const ADD_URGENT = `(?:add|create|new|make|set)(?: me)?(?: an?| another| the| one)?(?: new)? ${PRIORITY}(?:[- ]priority)? (?:task|to-?do|item)`
const CLEAR = '(?:clear|remove|delete|drop)'
const CALLED = '(?:called|named|titled|to|for|about|that says|with the title)'
const CHANGE = '(?:change|update|rename|edit|modify)'
const DELETE = '(?:delete|remove|cancel|erase|drop|get rid of)'
const OFF = '(?:check|tick|cross)'
const SOON = '(?: now| just| already| all| finally)?'
const NOT =
  "(?:(?:do|did|have|should|must)(?:n['’]?t| not)|won['’]?t|will not|can['’]?t|cannot|never|no longer)"

const REOPEN = '(?:re-?open|uncheck|untick|uncomplete)'
const MOVE = '(?:move|postpone|reschedule|snooze|push)'
const TASKS = '(?:tasks|to-?dos|items|things)'
const SHOW = "(?:(?:show|list|see|view|find|get|give)(?: me)?|what are|what is|what['’]?s|which)"
const ALL_MY = '(?: all)?(?: of)?(?: my| the| our)?'
const DUE_DATE = '(?:due date|deadline)'
const LONGEST_WHEN = 9 // words
const PLAN_FIRST =
  /^(?<words>(?:in|on|at|every|each|next|today|tonight|tomorrow|the day after tomorrow|daily|weekly|monthly|yearly|annually)\b.*?),? to (?<rest>.+)$/i
const PERIODS: Readonly<Record<string, readonly [number, number]>> = {
  today: [0, 1],
  tomorrow: [1, 2],
  'this week': [0, 7],
  'in the next week': [0, 7],
  'in the next 7 days': [0, 7],
}

/** The sentences understood, in order: the first row that matches decides. */
const ROWS: readonly Row[] = [
  row(`(?:(?:i|we) )?${NOT} (?:let me )?forget (?:to |about )?(?<title>.+)`, add),
  row(`(?:(?:i|we|you) )?${NOT}(?: .+)?`, doubt('refusal')),
  row(`no|nope|no thanks?(?: you)?|never ?mind|stop`, doubt('refusal')),

  row(`undo(?: (?:it|that|this|the last (?:change|thing|one)))?|take (?:it|that) back`, () => ({
    kind: 'undo',
  })),
  row(`(?:restore|undelete|recover|bring back|undo deleting|undo the deletion of) (?<target>.+)`, restore),
  row(`(?:mark|make) (?<target>.+?)(?: as| to)? ${NOT_DONE}`, reopen),
  row(`(?:set|change|update) (?<target>.+?) (?:as|to) ${NOT_DONE}`, reopen),
  row(`${REOPEN} (?<target>.+)`, reopen),

  row(`(?:${SHOW}${ALL_MY} )?overdue(?: ${TASKS})?|${SHOW}${ALL_MY} ${TASKS} (?:that are )?overdue`, overdue),
  row(
    `${SHOW}(?:${ALL_MY} ${TASKS})?(?: that are| is)? due (?<period>${Object.keys(PERIODS).join('|')})`,
    due,
  ),
  row(`${SHOW}${ALL_MY} ${PRIORITY}[- ]priority(?: ${TASKS})?`, find),
  row(`${SHOW}${ALL_MY} ${PRIORITY} ${TASKS}`, find),
  row(`${SHOW}${ALL_MY} ${TASKS} (?:with|of) ${PRIORITY} priority`, find),
  row(`${SHOW}${ALL_MY} ${TASKS} (?:tagged(?: with| as)?|with (?:the )?tag) (?<tag>.+)`, find),
  row(
    `(?:find|search(?: for)?|look for)${ALL_MY} ${TASKS} (?:tagged(?: with| as)?|with (?:the )?tag) (?<tag>.+)`,
    find,
  ),
  row(
    `(?:find|search(?: for)?|look for)(?:${ALL_MY} ${TASKS} (?:about|for|with|containing|named|called|on|mentioning|that mention))? (?<words>.+)`,
    find,
  ),
  row(`search${ALL_MY} ${TASKS} (?:about|for) (?<words>.+)`, find),

  row(`(?:make|set|mark) (?<target>.+?)(?: to| as| a)? ${PRIORITY}[- ]priority`, plan),
  row(`(?:${CHANGE}|set) (?:the )?priority (?:of|for|on) (?<target>.+?) to:? ${PRIORITY}`, plan),
  row(`(?:${CHANGE}|set) (?<target>.+?)(?:['’]s)? (?:priority )?to ${PRIORITY}(?: priority)?`, plan),
  row(`(?<target>(?!what|which|how|is ).+?) (?:is|has) (?:a )?${PRIORITY}[- ]priority`, plan),
  row(`priori[ts]i[sz]e (?<target>.+)`, (words) => plan({ ...words, priority: 'high' })),

  row(`tag (?<target>.+?) (?:with|as):? (?<tags>.+)`, plan),
  row(`add (?:the )?tags? (?<tags>.+) to (?<target>.+)`, plan),
  row(`untag (?<target>.+)`, ({ target = '' }) => planned(target, { tags: [] })),
  row(`tag(?: .+)?`, doubt('tag')),

  row(`${CLEAR} (?:the )?${DUE_DATE} (?:of|for|from) (?<target>.+)`, ({ target = '' }) =>
    planned(target, { due: null }),
  ),
  row(`(?<target>.+?) (?:is|has)(?:n['’]?t| not?) (?:due(?: any ?more)?|${DUE_DATE})`, ({ target = '' }) =>
    planned(target, { due: null }),
  ),
  row(`(?<target>.+?) is due:? (?<due>.+)`, plan),
  row(`(?:make|mark) (?<target>.+?)(?: as)? due:? (?<due>.+)`, plan),
  row(`(?:${CHANGE}|set) (?:the )?${DUE_DATE} (?:of|for|on) (?<target>.+?) to:? (?<due>.+)`, plan),
  row(`(?:${CHANGE}|set) (?<target>.+?)(?:['’]s)? ${DUE_DATE} to:? (?<due>.+)`, plan),
  row(`${MOVE} (?<target>.+?) (?:to|until|till|by) (?<due>.+)`, plan),

  row(`(?:repeat|schedule) (?<target>.+?) ${RHYTHM}`, plan),
  row(`(?:make|let) (?<target>.+?)(?: repeat| recur)? ${RHYTHM}`, plan),
  row(`(?<target>.+?) (?:repeats|recurs|is) ${RHYTHM}`, plan),
  row(`stop repeating (?<target>.+)|stop (?<other>.+) repeating`, ({ target, other }) =>
    planned(target ?? other ?? '', { recurrence: null }),
  ),

  row(`mark (?:as )?${DONE}:? (?<target>.+)`, complete),
  row(`(?:mark|make) (?<target>.+?)(?: as| to)? ${DONE}`, complete),
  row(`(?:set|change|update) (?<target>.+?) (?:as|to) ${DONE}`, complete),
  row(`${OFF} off (?<target>.+)`, complete),
  row(`${OFF} (?<target>.+) off`, complete),
  row(`(?:complete|finish|close|finished|completed|done)(?: with)?:? (?<target>.+)`, complete),
  row(`(?:i|we)(?:['’]?ve| have)?${SOON} (?:did|${DONE})(?: with)? (?<target>.+)`, complete),
  row(`(?:i['’]?m|i am|we['’]?re|we are)${SOON} ${DONE}(?: with)? (?<target>.+)`, complete),

  row(`(?:${DELETE}|take) (?<target>.+?) ${LIST}`, remove),
  row(`${DELETE} (?<target>.+)`, remove),

  row(`(?:${CHANGE}|set) the description (?:of|for|on) (?<target>.+?) to:? (?<description>.+)`, update),
  row(`(?:${CHANGE}|set) (?<target>.+?)(?:['’]s)? description to:? (?<description>.+)`, update),
  row(`add (?:a|the) description to (?<target>.+?): (?<description>.+)`, update),
  row(`${CHANGE} (?<target>["'“‘].+?["'”’]) (?:to|into):? (?<title>.+)`, update),
  row(`${CHANGE} the (?:title|name) of (?<target>.+?) (?:to|into):? (?<title>.+)`, update),
  row(`${CHANGE} (?<target>.+?)['’]s (?:title|name) (?:to|into):? (?<title>.+)`, update),
  row(`${CHANGE} (?<target>.+?)(?: (?:to|into|as):?|:) (?<title>.+)`, update),
  row(`${CHANGE}(?: .+)?`, doubt('new title')),

  row(`${ADD_URGENT}(?: ${LIST})?(?: ${CALLED})?:? (?<title>.+)`, add),
  row(`${ADD} ${TASK}(?: ${LIST})?(?: ${CALLED})?:? (?<title>.+)`, add),
  row(`${ADD} ${TASK}`, doubt('title')),
  row(`(?:task|to-?do): (?<title>.+)`, add),
  row(`put (?<title>.+?) ${LIST}`, add),
  row(`(?:add|create):? (?<title>.+)`, add),
  row(`remind me (?<due>.+?) (?:to|about|that):? (?<title>.+)`, remind),
  row(`remind me(?: (?:to|about|that))?:? (?!what|when|how|why|who|which)(?<title>.+)`, remind),
  row(`remember(?: (?:to|about|that))?:? (?!what|when|how|why|who|which)(?<title>.+)`, add),
  row(`add|create|remember|remind me`, doubt('title')),

  row(`(?<target>.+?)(?: is| are| was| has been|['’]s)${SOON} ${DONE}`, complete),
]

/** What a user's message asks for. Pure: the same message always gives the same intent. */
export function understand(message: string): Intent {
  const sentence = requestIn(message)
  const status = statusAskedFor(sentence)
  if (status) return { kind: 'list', status }
  for (const [pattern, intent] of ROWS) {
    const match = pattern.exec(sentence)
    if (match) return intent(match.groups ?? {})
  }
  return { kind: 'unclear', doubt: 'sentence' }
}

function row(pattern: string, intent: (words: Words) => Intent): Row {
  return [new RegExp(`^(?:${pattern})$`, 'i'), intent]
}

function doubt(doubt: Doubt): () => Intent {
  return () => ({ kind: 'unclear', doubt })
}

function add({ title: words = '', priority }: Words): Intent {
  const start = PLAN_FIRST.exec(words)?.groups
  const when = start?.words ? whenNamed(start.words) : undefined
  if (start?.words && start.rest && when) return withPlan(add({ title: start.rest, priority }), when)
  if (start?.words && isTimeLike(start.words)) return unknownMoment(start.words)
  const { title, plan } = planAtEnd(words.replace(LIST_AT_END, ''))
  if (/^(?:it|this|that|one|anything|something|nothing|me|more|tasks|some tasks)$/i.test(title)) {
    return { kind: 'unclear', doubt: 'title' }
  }
  const unknown = /^.*? (?:due|by|every|each|repeat(?:ing|ed|s)?) /i.test(title)
    ? timeLikeEnd(title)
    : undefined
  if (unknown) return unknownMoment(unknown)
  const parts = /^(?<title>.+?),? with (?:the |a )?description:? (?<description>.+)$/i.exec(title)?.groups
  return {
    kind: 'add',
    title: asTitle(parts?.title ?? title),
    ...(parts?.description && { description: asTitle(parts.description) }),
    ...planOf({ ...plan, ...(priority && { priority: priorityNamed(priority) }) }),
  }
}

function unknownMoment(words: string): Intent {
  return { kind: 'unclear', doubt: 'moment', words }
}

function planOf(plan: Plan): { plan?: Plan } {
  if (Object.keys(plan).length === 0) return {}
  // What comes back must have been due once.
  return { plan: plan.recurrence && !plan.due ? { ...plan, due: { inDays: 1, time: '09:00' } } : plan }
}

function withPlan(intent: Intent, plan: Plan): Intent {
  return intent.kind === 'add' ? { ...intent, ...planOf({ ...intent.plan, ...plan }) } : intent
}

/** 'Remind me to call mom tomorrow at 5pm', 'remind me every day at 9am to stretch': when needs no 'due'. */
function remind({ title = '', due: first = '' }: Words): Intent {
  const end = unquoted(title) === title ? whenAtEnd(title) : undefined
  if (first) {
    const when = whenNamed(first)
    if (!when)
      return isTimeLike(first) || beginsTimeLike(first)
        ? unknownMoment(first)
        : add({ title: `${first} to ${title}` })
    // The day before the title, and the time behind it, or the other way round.
    const whole = end && (whenNamed(`${first} ${end.words}`) ?? whenNamed(`${end.words} ${first}`))
    if (end && whole) return withPlan(add({ title: end.title }), whole)
    return withPlan(when.due ? add({ title }) : remind({ title }), when)
  }
  if (end) return withPlan(add({ title: end.title }), end.when)
  const unknown = unquoted(title) === title ? timeLikeEnd(title) : undefined
  return unknown ? unknownMoment(unknown) : add({ title })
}

function whenAtEnd(text: string) {
  const words = text.split(' ')
  for (let count = Math.min(LONGEST_WHEN, words.length - 1); count > 0; count -= 1) {
    const last = words.slice(-count).join(' ')
    const when = whenNamed(last)
    if (when) return { title: words.slice(0, -count).join(' ').replace(/,$/, ''), words: last, when }
  }
  return undefined
}

function complete({ target = '' }: Words): Intent {
  return aimed(target, (target) => ({ kind: 'complete', target }))
}

function remove({ target = '' }: Words): Intent {
  return aimed(target, (target) => ({ kind: 'delete', target }))
}

function reopen({ target = '' }: Words): Intent {
  return aimed(target, (target) => ({ kind: 'reopen', target }))
}

function restore({ target = '' }: Words): Intent {
  return aimed(target, (target) => ({ kind: 'restore', target }))
}

function plan({ target = '', priority, tags, due: words, rhythm }: Words): Intent {
  const when = words === undefined ? {} : whenNamed(words)
  if (!when) return { kind: 'unclear', doubt: 'due date' }
  return planned(target, {
    ...(priority && { priority: priorityNamed(priority) }),
    ...(tags && { tags: tagsNamed(tags) }),
    ...when,
    ...(rhythm && { recurrence: rhythmNamed(rhythm) }),
  })
}

function planned(target: string, plan: Plan): Intent {
  return aimed(target, (target) => ({ kind: 'plan', target, plan }))
}

function find({ words, tag, priority }: Words): Intent {
  return search({
    ...(words && { words: unquoted(words) }),
    ...(tag && { tag: tagsNamed(tag)[0] ?? tag }),
    ...(priority && { priority: priorityNamed(priority) }),
  })
}

function due({ period = '' }: Words): Intent {
  const days = PERIODS[period.toLowerCase()]
  return search(days ? { days } : {})
}

function overdue(): Intent {
  return search({ overdue: true })
}

function search(search: Search): Intent {
  return { kind: 'find', search }
}

function update({ target = '', title, description }: Words): Intent {
  return aimed(target, (target) => ({
    kind: 'update',
    target,
    ...(title && { title: asTitle(title) }),
    ...(description && { description: asTitle(description) }),
  }))
}

function aimed(words: string, intent: (target: Target) => Intent): Intent {
  const target = targetNamed(words)
  return typeof target === 'string' ? { kind: 'unclear', doubt: target } : intent(target)
}
