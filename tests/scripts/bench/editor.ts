import { runCommand, say } from '../../../lib/shell/command.ts'
import { interruption } from '../../../lib/shell/interruption.ts'
import { withEdits } from '../../../scripts/bench/file-edit.ts'

/** Edits a file and says so; then waits for a signal, or throws without anybody to catch it when its input ends. */
runCommand(import.meta.url, async ([path = '']) => {
  const interrupted = interruption('the editor')
  process.stdin.resume().once('end', () => {
    throw new Error('a bug')
  })
  interrupted.addEventListener('abort', () => process.stdin.destroy())
  return withEdits(path, 'TEXT', async (replaceBy) => {
    replaceBy('edited once')
    replaceBy('edited twice')
    say('edited')
    return new Promise<number>((_, reject) => {
      interrupted.addEventListener('abort', () => reject(interrupted.reason))
    })
  })
})
