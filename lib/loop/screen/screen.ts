import type { Hearer, Session } from '../session/session.ts'
import type { State } from '../state.ts'
import { openAttention } from './attention.ts'
import { changeLines } from './changes.ts'
import { openControls } from './controls.ts'
import type { Hands } from './hands.ts'
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
 * CI or TERM=dumb ask for it, as plain lines, one for each thing that changes.
 *
 * @param hands of a person, whose keys are read where they are typed into a terminal
 */
export function openScreen(
  session: Pick<Session, 'place' | 'state'>,
  output: Terminal & { readonly isTTY?: boolean },
  hands?: Hands,
): Screen {
  const { CI, TERM } = process.env
  return output.isTTY && !CI && TERM !== 'dumb' ? drawn(session, output, hands) : printed(session, output)
}

function printed({ place }: Pick<Session, 'place'>, output: Pick<Terminal, 'write'>): Screen {
  const print = (lines: readonly string[]) => {
    for (const line of lines) output.write(`${line}\n`)
  }
  print([`sources ${place.sources}   ${links(place)}`])
  return {
    hear: (event, before, after) => {
      if (event.kind === 'log') print(logText(event, namesOf(after), plain))
      if (event.kind === 'note') print(event.text.split('\n'))
      print(changeLines(before, after, plain))
    },
    close: () => undefined,
  }
}

function drawn({ place, state }: Pick<Session, 'place' | 'state'>, output: Terminal, hands?: Hands): Screen {
  const paint = process.env.NO_COLOR ? plain : inColour
  const names = () => namesOf(state())
  let isOpen = true
  const region = openRegion(output, (width, height) => {
    const foot = controls?.foot(width) ?? []
    const above = screenLines(state(), place, width, Date.now(), paint)
    return [...above.slice(0, Math.max(0, height - foot.length)), ...foot]
  })
  const { redraw, hide } = region
  const print = (lines: readonly string[]) => {
    if (isOpen) region.print(lines)
    else for (const line of lines) output.write(`${line}\n`)
  }
  const person = hands?.keyboard.isTTY ? hands : undefined
  const attention = openAttention(place.stack, state(), output, person?.notifies ?? false)
  const sight = { place, paint, names, rows: () => output.rows, print, redraw, hide, attention }
  const controls = person && openControls(person, sight)
  // The seconds that a round takes are counted on the screen.
  const clock = setInterval(() => state().round?.status === 'running' && redraw(), 1000).unref()
  redraw()
  return {
    hear: (event, before, after) => {
      if (event.kind === 'log' && !controls?.printsLog())
        print(logText(event, names(), isOpen ? paint : plain))
      if (event.kind === 'note') print(event.text.split('\n'))
      if (!isOpen) return
      if (after !== before) redraw()
      attention.hear(event, before, after)
    },
    close: () => {
      clearInterval(clock)
      region.close()
      isOpen = false
      attention.close()
      controls?.close()
    },
  }
}

function namesOf({ services }: State): string[] {
  return services.map(({ name }) => name)
}
