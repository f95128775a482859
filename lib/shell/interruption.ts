import { setMaxListeners } from 'node:events'
import { Refusal } from './refusal.ts'

/** Milliseconds between two looks whether the npm that started us is there. */
const LOOK_EACH = 500

/** Of the command that this process runs: what the end of its terminal does. */
let unread: () => void = () => undefined
const whenUnread = () => unread()

/**
 * Turns Ctrl-C into a signal that the work under way can watch, so that the same code ends it that ends a failure.
 * A terminal that is closed means the same,
 * and so does the end of the npm that ran this command.
 *
 * @returns a signal aborted by the first SIGINT, SIGTERM or SIGHUP, and when nobody reads what is said any more, with a
 *   Refusal of exit code 130 as its reason
 */
export function interruption(command: string): AbortSignal {
  const controller = new AbortController()
  // Each process that is started listens to it: Node takes more than ten for a leak, and says so.
  setMaxListeners(0, controller.signal)
  const abort = () => controller.abort(new Refusal('Interrupted.', `${command} starts again`, 130))
  // Not once: on a busy machine the tsx command passes the terminal's SIGINT on a second time.
  process.on('SIGINT', abort).on('SIGTERM', abort).on('SIGHUP', abort)
  // npm passes SIGINT and SIGTERM on, and ends of any other signal without a word.
  const { ppid } = process
  if (process.env.npm_lifecycle_event !== undefined)
    setInterval(() => process.ppid !== ppid && abort(), LOOK_EACH).unref()
  unread = abort
  for (const stream of [process.stdout, process.stderr])
    if (!stream.listeners('error').includes(whenUnread)) stream.on('error', whenUnread)
  return controller.signal
}
