import { isInForeground } from '../../shell/processes.ts'
import { asking, socketOf } from '../session/client.ts'
import type { Ask } from '../session/questions.ts'
import type { Keyboard } from './keyboard.ts'

/** A person at a terminal: what is typed into, and how what is typed for reaches the loop. */
export interface Hands {
  readonly keyboard: Keyboard
  /** Whether this process has the terminal, not another one of its shell. */
  readonly isInForeground: () => boolean
  /** Whether the person is to be told what happens while the terminal is not in front. */
  readonly notifies: boolean
  /** Puts questions by the door of `npm run loop`, until the signal. */
  readonly asking: (signal?: AbortSignal) => Ask
}

/** @param state the folder of the stack whose loop this process is */
export function handsHere(state: string, notifies: boolean): Hands {
  const socket = socketOf(state)
  return { keyboard: process.stdin, isInForeground, notifies, asking: (signal) => asking(socket, signal) }
}
