import type { MessageView } from '@/client/contract'
import { failed, outcomeOf } from './tools'
import { type Said, saidIn, type ToolUse, type Transcript } from './transcript'

/** What a conversation may add to the page that it is first seen in, in characters: what is said, and what tools were given and gave. */
const mostWords = 40_000
const mostDetails = 10_000
const longestOutcome = 200

/** The end of a conversation as it goes into a page: as much as is seen at first. The rest is there for the asking. */
export function firstPage(id: number, messages: readonly MessageView[], isAll: boolean): Transcript {
  let [words, details] = [mostWords, mostDetails]
  const said: Said[] = []
  for (const message of messages.toReversed()) {
    words -= message.content.length
    // What was said last is there, however long it is.
    if (words < 0 && said.length > 0) return { id, said: said.reverse(), hasEarlier: true }
    const one = saidIn(message)
    const tools = one.tools.map((use) => {
      details -= JSON.stringify([use.input, use.output]).length
      return details < 0 ? withoutDetails(use) : use
    })
    said.push({ ...one, tools })
  }
  return { id, said: said.reverse(), hasEarlier: !isAll }
}

function withoutDetails(use: ToolUse): ToolUse {
  const { id, tool } = use
  return { id, tool, input: {}, left: { outcome: shortened(outcomeOf(use)), failed: failed(use) } }
}

function shortened(text: string | undefined): string | undefined {
  const letters = [...(text ?? '').slice(0, 4 * longestOutcome)]
  return letters.length > longestOutcome ? `${letters.slice(0, longestOutcome - 1).join('')}…` : text
}
