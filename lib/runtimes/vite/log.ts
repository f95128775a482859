import type { LogWords } from '../../../k8s/model/log-words.ts'
import { ERROR } from '../node/log.ts'

/** After a save of what an open page uses, Vite says `[vite] (client) hmr update /main.ts`; where it cannot read it, why. */
export const viteLog: LogWords = {
  // It begins with the time.
  prefix: /^\d+:\d\d:\d\d( [AP]M)? /,
  live: /^\[vite\] (\(client\) )?(hmr update|page reload) /,
  broken: /^\[vite\] (\(client\) )?(Internal server error|Pre-transform error): /,
  failure: ERROR,
}
