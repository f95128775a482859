import type { Hearer } from '../session/session.ts'
import type { State } from '../state.ts'
import { faultOf } from './fault.ts'
import { notify } from './notification.ts'
import type { Terminal } from './terminal.ts'

/** What a terminal is typed into, like `process.stdin`. */
export interface Keyboard {
  readonly isTTY?: boolean
  setRawMode(raw: boolean): unknown
  on(event: 'data', hear: (bytes: Buffer) => void): unknown
  off(event: 'data', hear: (bytes: Buffer) => void): unknown
  resume(): unknown
  pause(): unknown
}

// https://invisible-island.net/xterm/ctlseqs/ctlseqs.html: the title is kept and put back; focus is told of.
const [KEEP_TITLE, OLD_TITLE] = ['\x1b[22;2t', '\x1b[23;2t']
const [TELL_FOCUS, NO_FOCUS] = ['\x1b[?1004h', '\x1b[?1004l']
const [CAME, LEFT, BELL] = ['\x1b[I', '\x1b[O', '\x07']
/** What keys send that are signals where nobody reads them. */
const KEYS: Readonly<Record<string, NodeJS.Signals>> = {
  '\x03': 'SIGINT',
  '\x1c': 'SIGQUIT',
  '\x1a': 'SIGTSTP',
}

/**
 * Says in a terminal's title whether a stack works. To a person whose terminal is not in front it also tells when
 * something breaks, and when all is well again: by the bell, and a notification of the desktop.
 *
 * @param keyboard that tells which terminal is in front; undefined: nobody wants to be told
 * @param show a notification
 */
export function openAttention(
  stack: string,
  state: State,
  terminal: Pick<Terminal, 'write'>,
  keyboard?: Keyboard,
  show: (title: string, text: string) => void = notify,
): { readonly hear: Hearer; readonly close: () => void } {
  let isInFront = true
  let fault = faultOf(state)
  const title = () => `\x1b]2;${stack} ${fault === undefined ? 'works' : 'is broken'}\x07`
  const read = (bytes: Buffer) => {
    const text = bytes.toString('latin1')
    const [came, left] = [text.lastIndexOf(CAME), text.lastIndexOf(LEFT)]
    if (came !== left) isInFront = came > left
    for (const key of text) {
      const signal = KEYS[key]
      if (signal) send(signal)
    }
  }
  const listen = () => {
    keyboard?.setRawMode(true)
    terminal.write(TELL_FOCUS)
  }
  const unlisten = () => {
    terminal.write(NO_FOCUS)
    keyboard?.setRawMode(false)
  }
  const send = (signal: NodeJS.Signals) => {
    if (signal === 'SIGTSTP') unlisten()
    process.kill(process.pid, signal)
  }
  terminal.write(`${KEEP_TITLE}${title()}`)
  if (keyboard) {
    listen()
    keyboard.on('data', read)
    keyboard.resume()
    process.on('SIGCONT', listen)
  }
  return {
    hear: (_, __, after) => {
      const is = faultOf(after)
      const changed = (is === undefined) !== (fault === undefined)
      fault = is
      if (!changed) return
      terminal.write(title())
      if (!keyboard || isInFront) return
      terminal.write(BELL)
      show(stack, fault ?? 'all is well again')
    },
    close: () => {
      terminal.write(OLD_TITLE)
      if (!keyboard) return
      process.off('SIGCONT', listen)
      keyboard.off('data', read)
      keyboard.pause()
      unlisten()
    },
  }
}
