import type { Hearer, Session } from '../session/session.ts'
import { type Keyboard, openAttention } from './attention.ts'
import { changeLines } from './changes.ts'
import { links, screenLines } from './lines.ts'
import { logText } from './log-text.ts'
import { inColour, plain } from './paint.ts'
import { openRegion, type Terminal } from './terminal.ts'

export interface Screen {
  /** What the session tells. */
  readonly hear: Hearer
  /** Nothing is drawn any more; later lines come plain. */
  readonly close: () => void
}

/**
 * Shows a loop: on a terminal as lines that stay at the bottom, with logs scrolling above them; elsewhere, and where
 * NO_COLOR, CI or TERM=dumb ask for it, as plain lines, one for each thing that changes.
 *
 * @param keyboard of a person who is to be told what happens while the terminal is not in front
 */
export function openScreen(
  { place, state }: Pick<Session, 'place' | 'state'>,
  output: Terminal & { readonly isTTY?: boolean } = process.stdout,
  keyboard?: Keyboard,
): Screen {
  const names = () => state().services.map(({ name }) => name)
  const { NO_COLOR, CI, TERM } = process.env
  const draws = output.isTTY && !NO_COLOR && !CI && TERM !== 'dumb'
  const paint = draws ? inColour : plain
  let region = draws
    ? openRegion(output, (width) => screenLines(state(), place, width, Date.now(), paint))
    : undefined
  const print = (lines: readonly string[]) => {
    if (region) region.print(lines)
    else for (const line of lines) output.write(`${line}\n`)
  }
  const attention = draws
    ? openAttention(place.stack, state(), output, keyboard?.isTTY ? keyboard : undefined)
    : undefined
  // The seconds that a round takes are counted on the screen.
  const clock = setInterval(() => state().round?.status === 'running' && region?.redraw(), 1000).unref()
  if (region) region.redraw()
  else print([`sources ${place.sources}   ${links(place)}`])
  return {
    hear: (event, before, after) => {
      if (event.kind === 'log') print(logText(event.service, event.line, event.at, names(), paint))
      if (event.kind === 'note') print(event.text.split('\n'))
      if (!region) print(changeLines(before, after, paint))
      else if (after !== before) region.redraw()
      attention?.hear(event, before, after)
    },
    close: () => {
      clearInterval(clock)
      region?.close()
      if (region) attention?.close()
      region = undefined
    },
  }
}
