import { runCommand, say } from '../../shell/command.ts'
import { takeLock } from '../../shell/lock.ts'

/** Takes the lock under the name given, says so, and ends when its standard input does. */
runCommand(import.meta.url, async ([name = 'nameless']) => {
  takeLock(name)
  say('locked')
  for await (const _ of process.stdin);
  return 0
})
