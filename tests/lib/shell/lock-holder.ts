import { runCommand, say } from '../../../lib/shell/command.ts'
import { takeLock } from '../../../lib/shell/lock.ts'
import { stateFolder } from '../../../lib/shell/state-folder.ts'

/** Takes the lock under the name given, says so, and ends when its standard input does. */
runCommand(import.meta.url, async ([name = 'nameless', end]) => {
  takeLock(stateFolder('any'), name, end)
  say('locked')
  for await (const _ of process.stdin);
  return 0
})
