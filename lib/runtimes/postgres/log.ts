import type { LogWords } from '../../../k8s/model/log-words.ts'

/** https://www.postgresql.org/docs/17/runtime-config-logging.html, with its default log_line_prefix */
export const postgresLog: LogWords = {
  prefix: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ \w+ \[\d+\] /,
  failure: /^(ERROR|FATAL|PANIC): /,
}
