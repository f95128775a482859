import { startSkaffold } from '../../../lib/cluster/skaffold.ts'
import { interruption } from '../../../lib/shell/interruption.ts'
import { openApplication } from '../../../lib/stack/application.ts'

/** Runs Skaffold as the loop does; `fails` makes it fail meanwhile. */
const interrupted = interruption('the test')
const skaffold = await startSkaffold(await openApplication(), ['dev'], interrupted, { output: 'pipe' })
skaffold.process.stdout?.on('data', (said) => {
  process.stdout.write(said)
  if (process.argv.includes('fails')) throw new Error('something fails')
})
process.exitCode = await skaffold.ended
