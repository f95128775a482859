const READING = 'see|view|list|show|check|know'
const ADDING = 'add|create|remember'
const CHANGING = 'delete|remove|cancel|mark|change|update|rename|edit'

// A wish is a request only before these verbs, and an obligation only before the harmless ones:
// 'I need to finish the report' reports no finished task.
const OPENINGS: readonly RegExp[] = [
  /^(?:please|kindly|hi|hello|hey|okay|ok|yes|well|so|now|then|and|also|just|thanks|thank you)[\s,.!;:]+(?=\S)/i,
  /^(?:can|could|would|will) you (?=\S)/i,
  /^(?:i|we)(?: would|['’]?d)? (?:want|like|need) you to (?=\S)/i,
  new RegExp(`^(?:can|could|may) (?:i|we) (?=(?:${READING})\\b)`, 'i'),
  new RegExp(
    `^(?:i|we)(?: would|['’]?d)? (?:want|like|wish) to (?=(?:${READING}|${ADDING}|${CHANGING})\\b)`,
    'i',
  ),
  new RegExp(
    `^(?:i|we) (?:(?:need|have|ought) to|must|should)(?: also)? (?=(?:${READING}|${ADDING})\\b)`,
    'i',
  ),
  new RegExp(`^let(?: me|['’]?s) (?=(?:${READING}|${ADDING}|${CHANGING})\\b)`, 'i'),
]

// The lookbehinds keep these linear: a run of dots inside a long message is tried once, not at each dot.
const CLOSINGS: readonly RegExp[] = [
  /(?<![\s.!?,;:…])[\s.!?,;:…]+$/,
  /(?<![\s,])[\s,]+(?:please|thanks|thank you)$/i,
]

/** The request inside a message: 'Hi, can you please add milk?' becomes 'add milk'. */
export function requestIn(message: string): string {
  const sentence = message.replace(/\s+/g, ' ').trim()
  return strip(strip(sentence, OPENINGS), CLOSINGS)
}

function strip(sentence: string, patterns: readonly RegExp[]): string {
  let rest = sentence
  for (let before = ''; before !== rest; ) {
    before = rest
    for (const pattern of patterns) rest = rest.replace(pattern, '')
  }
  return rest
}
