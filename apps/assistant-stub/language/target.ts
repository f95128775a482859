import type { Doubt, Target } from './intent.ts'
import { unquoted } from './title.ts'

const NOUN = '(?:task|to-?do|item|reminder)'
const NUMBER = new RegExp(`^(?:the )?(?:${NOUN} )?(?:number |no\\.? )?#?(?<id>\\d{1,15})$`, 'i')
const TITLE = new RegExp(
  `^(?:(?:the|my|our|that|this) )?(?:${NOUN}:? (?:(?:called|named|titled|about|to|for) )?)?(?<words>.+?)(?: ${NOUN})?$`,
  'i',
)
const SEVERAL =
  /^(?:all|every|each|both) |^(?:all|everything|both)$|(?:^| )(?:tasks|to-?dos|items)$|^(?:my|the) list$|^(?:tasks |#)?\d+(?:,| and ).*\d$/i
const VAGUE =
  /^(?:a |the |my |that |this |any |some )?(?:it|this|that|one|them|these|those|task|to-?do|item|reminder|me|something|anything)$|^(?:what|which|who|how|why|when|where|if|whether|nothing|nobody|none)\b/i

/** The task that the words name, or what is doubtful about them. */
export function targetNamed(words: string): Target | Doubt {
  if (SEVERAL.test(words)) return 'one task at a time'
  if (VAGUE.test(words)) return 'which task'
  const id = NUMBER.exec(words)?.groups?.id
  if (id) return { id: Number(id) }
  return { words: unquoted(TITLE.exec(words)?.groups?.words ?? words) }
}
