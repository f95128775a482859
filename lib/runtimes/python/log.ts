import type { LogWords } from '../../../k8s/model/log-words.ts'

/** An exception by its name, with its modules where it is not built in. */
const EXCEPTION = /^(\w+\.)*\w*(Error|Exception)\b/

/** https://docs.python.org/3/library/traceback.html */
export const pythonLog: LogWords = {
  failure: EXCEPTION,
  trace: /^Traceback \(most recent call last\)/,
}
