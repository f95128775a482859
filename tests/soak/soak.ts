import { oneOf, readFlags, runCommand } from '../../lib/shell/command.ts'
import { interruption } from '../../lib/shell/interruption.ts'
import { Refusal } from '../../lib/shell/refusal.ts'

const USAGE = `npm run test:soak -- [--edits 200] [--minutes 60] [--seed N] [--mode mounted|synced]

Makes random edits, one after another, while npm run dev runs in a copy of this checkout, and looks after each whether
what is served is what is on disk, or the loop has told why not. Needs Minikube, namespace todo, ports 3000 and 8000.
The same seed makes the same edits.`

runCommand(import.meta.url, async (argv) => {
  const { values } = readFlags(argv, USAGE, {
    edits: { type: 'string', default: '200' },
    minutes: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    mode: { type: 'string', default: 'mounted' },
  })
  const mode = oneOf('--mode', values.mode, ['mounted', 'synced'])
  const plan = {
    mode,
    edits: wholeNumber('--edits', values.edits),
    minutes: wholeNumber('--minutes', values.minutes),
    seed: wholeNumber('--seed', values.seed),
  }
  // Not before the flags are read: it does not load where the cluster's tools are missing.
  const { soak } = await import('./run.ts')
  return soak(plan, interruption('npm run test:soak'))
})

function wholeNumber(flag: string, text: string): number {
  if (!/^\d+$/.test(text))
    throw new Refusal(`${flag} is "${text}", which is no whole number.`, 'see --help', 2)
  return Number(text)
}
