import type { Doubt, Intent, Target } from './intent.ts'
import { statusAskedFor } from './listing.ts'
import { requestIn } from './sentence.ts'
import { targetNamed } from './target.ts'
import { asTitle } from './title.ts'

type Words = Readonly<Record<string, string | undefined>>
type Row = readonly [pattern: RegExp, intent: (words: Words) => Intent]

const TASK = '(?:(?:a|an|another|the|one) )?(?:new )?(?:task|to-?do|item|reminder)'
const LIST =
  '(?:to|on|onto|in|into|from|off) (?:my|the|our) (?:(?:to-?do|task|shopping) )?(?:list|tasks|to-?dos)'
const LIST_AT_END = new RegExp(`,? ${LIST}$`, 'i')
const DONE = '(?:done|complete|completed|finished)'
const NOT_DONE = `(?:not (?:yet )?${DONE}|undone|incomplete|pending|open|unfinished)`
const ADD = '(?:add|create|new|(?:make|set)(?= (?:a|an|another) ))(?: me)?'
const CALLED = '(?:called|named|titled|to|for|about|that says|with the title)'
const CHANGE = '(?:change|update|rename|edit|modify)'
const DELETE = '(?:delete|remove|cancel|erase|drop|get rid of)'
const OFF = '(?:check|tick|cross)'
const SOON = '(?: now| just| already| all| finally)?'
const NOT =
  "(?:(?:do|did|have|should|must)(?:n['’]?t| not)|won['’]?t|will not|can['’]?t|cannot|never|no longer)"

/** The sentences understood, in order: the first row that matches decides. */
const ROWS: readonly Row[] = [
  row(`(?:(?:i|we) )?${NOT} (?:let me )?forget (?:to |about )?(?<title>.+)`, add),
  row(`(?:(?:i|we|you) )?${NOT}(?: .+)?`, doubt('refusal')),
  row(`no|nope|no thanks?(?: you)?|never ?mind|stop`, doubt('refusal')),

  row(`(?:mark|make) .+ ${NOT_DONE}`, doubt('reopening')),
  row(`(?:set|change|update) .+ (?:as|to) ${NOT_DONE}`, doubt('reopening')),
  row(`(?:re-?open|uncheck|untick|uncomplete) .+`, doubt('reopening')),

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

  row(`${ADD} ${TASK}(?: ${LIST})?(?: ${CALLED})?:? (?<title>.+)`, add),
  row(`${ADD} ${TASK}`, doubt('title')),
  row(`(?:task|to-?do): (?<title>.+)`, add),
  row(`put (?<title>.+?) ${LIST}`, add),
  row(`(?:add|create):? (?<title>.+)`, add),
  row(`(?:remind me|remember)(?: (?:to|about|that))?:? (?!what|when|how|why|who|which)(?<title>.+)`, add),
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

function add({ title: words = '' }: Words): Intent {
  const title = words.replace(LIST_AT_END, '')
  if (/^(?:it|this|that|one|anything|something|nothing|me|more|tasks|some tasks)$/i.test(title)) {
    return { kind: 'unclear', doubt: 'title' }
  }
  const parts = /^(?<title>.+?),? with (?:the |a )?description:? (?<description>.+)$/i.exec(title)?.groups
  if (!parts?.title || !parts.description) return { kind: 'add', title: asTitle(title) }
  return { kind: 'add', title: asTitle(parts.title), description: asTitle(parts.description) }
}

function complete({ target = '' }: Words): Intent {
  return aimed(target, (target) => ({ kind: 'complete', target }))
}

function remove({ target = '' }: Words): Intent {
  return aimed(target, (target) => ({ kind: 'delete', target }))
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
