import { type ErrorReader, inCheckout } from '../error-reader.ts'
import { uncaughtAt } from './reload/error.ts'

/** The reloader is alone in its image, so what it reads too is in its folder. */
export const nodeErrors: ErrorReader = {
  read: (lines, at) => {
    const uncaught = uncaughtAt(lines, at)
    return uncaught && { error: uncaught.error, file: inCheckout(uncaught.file) }
  },
}
