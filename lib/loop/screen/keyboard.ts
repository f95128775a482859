import { StringDecoder } from 'node:string_decoder'
import { keysIn } from './keys.ts'

/** What a terminal is typed into, like `process.stdin`. */
export interface Keyboard {
  readonly isTTY?: boolean
  setRawMode(raw: boolean): unknown
  on(event: 'data', hear: (bytes: Buffer) => void): unknown
  off(event: 'data', hear: (bytes: Buffer) => void): unknown
  resume(): unknown
  pause(): unknown
}

export interface Reader {
  /** Of one key, as the terminal sends it. */
  readonly press: (key: string) => void
  /** The keys are read from now on: at the beginning, and each time that the shell brings this process back. */
  readonly come: () => void
  /** They are no more. */
  readonly leave: () => void
  /** Before this process stops, and its shell has the terminal. */
  readonly stop: () => void
}

const INTERRUPT = '\x03'
/** What these keys send to all that runs in the terminal, where nobody reads them. */
const SIGNALS: Readonly<Record<string, NodeJS.Signals>> = { '\x1a': 'SIGTSTP', '\x1c': 'SIGQUIT' }

/**
 * Reads keys one by one, and gives the terminal back as it was: at the end however that comes, but for SIGKILL, and while
 * the shell has stopped this process.
 *
 * @param isInForeground who is not is stopped by what sets the terminal's mode
 * @returns what ends it
 */
export function readKeys(keyboard: Keyboard, isInForeground: () => boolean, reader: Reader): () => void {
  const decoder = new StringDecoder('utf8')
  let reads = false
  const read = (bytes: Buffer) => {
    for (const key of keysIn(decoder.write(bytes))) {
      const signal = SIGNALS[key]
      if (key === INTERRUPT) process.kill(process.pid, 'SIGINT')
      else if (signal) pass(signal)
      else if (reads) reader.press(key)
    }
  }
  const take = () => {
    if (reads || !isInForeground()) return
    reads = true
    // Node does what is new to it alone, and does not know what the shell has set since.
    keyboard.setRawMode(false)
    keyboard.setRawMode(true)
    keyboard.on('data', read)
    keyboard.resume()
    reader.come()
  }
  const give = () => {
    if (!reads) return
    reads = false
    reader.leave()
    keyboard.off('data', read)
    keyboard.pause()
    if (isInForeground()) keyboard.setRawMode(false)
  }
  const pass = (signal: NodeJS.Signals) => {
    reader.stop()
    give()
    process.kill(0, signal)
    // Here when it is continued, or where no shell could do that and nothing was stopped.
    take()
  }
  // Stopped from elsewhere, it finds the mode that the shell likes.
  const retake = () => {
    give()
    take()
  }
  process.on('SIGCONT', retake).on('exit', give)
  take()
  return () => {
    process.off('SIGCONT', retake).off('exit', give)
    give()
  }
}
