import type { Hearer } from '../session/session.ts'
import type { State } from '../state.ts'
import { faultOf } from './fault.ts'
import type { Reader } from './keyboard.ts'
import { notify } from './notification.ts'
import type { Terminal } from './terminal.ts'

// https://invisible-island.net/xterm/ctlseqs/ctlseqs.html: the title is kept and put back; focus is told of.
const [KEEP_TITLE, OLD_TITLE] = ['\x1b[22;2t', '\x1b[23;2t']
const [TELL_FOCUS, NO_FOCUS] = ['\x1b[?1004h', '\x1b[?1004l']
const [CAME, LEFT, BELL] = ['\x1b[I', '\x1b[O', '\x07']
/**
 * Says in a terminal's title whether a stack works. To a person whose terminal is not in front it also tells when
 * something breaks, and when all is well again: by the bell, and a notification of the desktop.
 *
 * @param notifies whether anybody wants to be told
 */
export function openAttention(
  stack: string,
  state: State,
  terminal: Pick<Terminal, 'write'>,
  notifies: boolean,
): Omit<Reader, 'stop'> & { readonly hear: Hearer; readonly close: () => void } {
  let isInFront = true
  let fault = faultOf(state)
  const title = () => `\x1b]2;${stack} ${fault === undefined ? 'works' : 'is broken'}\x07`
  terminal.write(`${KEEP_TITLE}${title()}`)
  return {
    press: (key) => {
      if (key === CAME || key === LEFT) isInFront = key === CAME
    },
    come: () => notifies && terminal.write(TELL_FOCUS),
    leave: () => notifies && terminal.write(NO_FOCUS),
    hear: (_, __, after) => {
      const is = faultOf(after)
      const changed = (is === undefined) !== (fault === undefined)
      fault = is
      if (!changed) return
      terminal.write(title())
      if (!notifies || isInFront) return
      terminal.write(BELL)
      notify(stack, fault ?? 'all is well again')
    },
    close: () => terminal.write(OLD_TITLE),
  }
}
