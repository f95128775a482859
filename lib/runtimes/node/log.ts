import type { LogWords } from '../../../k8s/model/log-words.ts'

/** As `console.error` prints an error, and what is not caught. */
export const ERROR = /^(Uncaught )?(\w+\.)*\w*Error\b/

export const nodeLog: LogWords = { failure: ERROR }
