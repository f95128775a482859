import { startSkaffold } from '../../../lib/cluster/skaffold.ts'
import { interruption } from '../../../lib/shell/interruption.ts'

/** Runs Skaffold as the loop does; `fails` makes it fail meanwhile. */
const interrupted = interruption('the test')
const skaffold = await startSkaffold(['dev'], interrupted, { output: 'pipe' })
skaffold.process.stdout?.on('data', (said) => {
  process.stdout.write(said)
  if (process.argv.includes('fails')) throw new Error('something fails')
})
process.exitCode = await skaffold.ended
