import type { LoopEvent } from '../event.ts'
import { initialState, type Member, reduce } from '../state.ts'
import { changeLines } from './changes.ts'
import { links, type Place, screenLines } from './lines.ts'
import { logText } from './log-text.ts'
import { inColour, plain } from './paint.ts'
import { openRegion, type Terminal } from './terminal.ts'

export interface Screen {
  readonly tell: (event: LoopEvent) => void
  /** Nothing is drawn any more; later lines come plain. */
  readonly close: () => void
}

/**
 * Shows a loop: on a terminal as lines that stay at the bottom, with logs scrolling above them; elsewhere, and where
 * NO_COLOR, CI or TERM=dumb ask for it, as plain lines, one for each thing that changes.
 */
export function openScreen(
  members: readonly Member[],
  place: Place,
  output: Terminal & { readonly isTTY?: boolean } = process.stdout,
): Screen {
  let state = initialState(members)
  const names = members.map(({ name }) => name)
  const { NO_COLOR, CI, TERM } = process.env
  const draws = output.isTTY && !NO_COLOR && !CI && TERM !== 'dumb'
  const paint = draws ? inColour : plain
  let region = draws
    ? openRegion(output, (width) => screenLines(state, place, width, Date.now(), paint))
    : undefined
  const print = (lines: readonly string[]) => {
    if (region) region.print(lines)
    else for (const line of lines) output.write(`${line}\n`)
  }
  // The seconds that a round takes are counted on the screen.
  const clock = setInterval(() => state.round?.status === 'running' && region?.redraw(), 1000).unref()
  if (region) region.redraw()
  else print([`sources ${place.sources}   ${links(place)}`])
  return {
    tell: (event) => {
      const before = state
      state = reduce(state, event)
      if (event.kind === 'log') print(logText(event.service, event.line, event.at, names, paint))
      if (event.kind === 'said') print(event.text.split('\n'))
      if (!region) print(changeLines(before, state, paint))
      else if (state !== before) region.redraw()
    },
    close: () => {
      clearInterval(clock)
      region?.close()
      region = undefined
    },
  }
}
