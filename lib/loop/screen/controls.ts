import { refusalText } from '../../shell/command.ts'
import { Refusal } from '../../shell/refusal.ts'
import { lineText } from '../command/show.ts'
import { type KeptLine, LOOP } from '../record/kinds.ts'
import { answerOf } from '../session/client.ts'
import { footLines, shownOf } from './foot.ts'
import type { Hands } from './hands.ts'
import { type Reader, readKeys } from './keyboard.ts'
import { type Intent, type Narrowing, press, type View } from './keys.ts'
import type { ScreenPlace } from './lines.ts'
import { openPage } from './open-page.ts'
import type { Paint } from './paint.ts'

/** Where what is typed is seen. */
interface Sight {
  readonly place: ScreenPlace
  readonly paint: Paint
  readonly names: () => readonly string[]
  /** Of the terminal. */
  readonly rows: () => number
  readonly print: (lines: readonly string[]) => void
  readonly redraw: () => void
  readonly hide: () => void
  /** What else listens to the keyboard. */
  readonly attention: Omit<Reader, 'stop'>
}

export interface Controls {
  /** What is below the screen while keys are read, for a width in columns. */
  readonly foot: (width: number) => readonly string[]
  /** Whether the log is printed from here, as far as it is wanted. */
  readonly printsLog: () => boolean
  readonly close: () => void
}

/** Reads a person's keys, and does what they ask for by the questions that `npm run loop` puts. */
export function openControls({ keyboard, isInForeground, asking }: Hands, sight: Sight): Controls {
  const { place, paint, names, print, redraw, attention } = sight
  let view: View = {}
  let reads = false
  let shown: AbortController | undefined
  const refuse = (error: unknown) => {
    const refusal = error instanceof Refusal ? error : new Refusal(`${error}`, 'npm run doctor')
    print(refusalText(refusal, paint('red', '✗')).split('\n'))
  }
  const show = async (wanted: Narrowing) => {
    shown?.abort()
    shown = new AbortController()
    const { signal } = shown
    print([paint('dim', `── ${shownOf(wanted)} ──`)])
    // Those that have scrolled away, and each from now on.
    const question = { ask: 'logs', wanted, last: sight.rows(), follow: true } as const
    const hear = (message: unknown) => {
      const line = message as KeptLine
      // What the loop says of itself is printed whatever is shown.
      if (!signal.aborted && line.service !== LOOP) print(lineText(line, names(), paint).split('\n'))
    }
    await asking(signal)(question, hear).catch((error) => signal.aborted || refuse(error))
    if (signal.aborted) return
    // Nobody sends them any more: all are printed again as they come.
    shown = undefined
    view = {}
  }
  const restart = async (service: string) => {
    print([`restarting ${service}`])
    const answer = answerOf(asking(), { ask: 'restart', service })
    await answer.then(() => print([`${service} is made anew`]), refuse)
  }
  const open = (url: string | undefined) => {
    if (url === undefined) print(['no page is up'])
    else openPage(url, () => print([`no browser could be opened here: ${url}`]))
  }
  const act = (intent: Intent): void => {
    if (intent.does === 'show') void show(intent.wanted)
    if (intent.does === 'restart') void restart(intent.service)
    if (intent.does === 'open') open(place.links.page)
    // Not opened: its token would stand among the words of a process.
    if (intent.does === 'link') print([`dashboard ${place.dashboard ?? 'is not there'}`])
    if (intent.does === 'stop') process.kill(process.pid, 'SIGINT')
    if (intent.does === 'refuse')
      refuse(new Refusal(`No service is called ${intent.name}.`, `name one of ${names().join(', ')}`))
  }
  const end = readKeys(keyboard, isInForeground, {
    press: (key) => {
      attention.press(key)
      const pressed = press(view, key, names())
      view = pressed.view
      redraw()
      if (pressed.intent) act(pressed.intent)
    },
    come: () => {
      reads = true
      attention.come()
      redraw()
    },
    leave: () => {
      reads = false
      attention.leave()
    },
    stop: sight.hide,
  })
  return {
    foot: (width) => (reads ? footLines(view, names(), width, paint) : []),
    printsLog: () => shown !== undefined,
    close: () => {
      shown?.abort()
      end()
    },
  }
}
