import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { readFlags, runCommand } from '../../../lib/shell/command.ts'
import { Refusal } from '../../../lib/shell/refusal.ts'

/** Ends the way its one word says. */
runCommand(import.meta.url, async (argv) => {
  const { positionals } = readFlags(argv, 'usage of spoilt-command', {}, true)
  if (positionals[0] === 'refusal') throw new Refusal('It is spoilt.', 'buy a new one', 3)
  if (positionals[0] === 'error') throw new Error('it broke')
  if (positionals[0] === 'nonsense') throw 'a bare string'
  if (positionals[0] === 'start') await promisify(execFile)(process.execPath, ['-e', '0 || 1'])
  return undefined
})
