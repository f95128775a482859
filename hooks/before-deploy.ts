import { inLoop, PROFILES } from '../k8s/settings.ts'
import { oneOf, readFlags, runCommand, say } from '../lib/shell/command.ts'
import { openApplication, STACK_FLAG, STACK_USAGE } from '../lib/stack/application.ts'
import { removeForeign } from './drift.ts'
import { gate } from './gate.ts'
import { bootstrapSecrets } from './secrets.ts'

/** One process for all hooks of this slot: each start of tsx costs half a second. */
export const command = runCommand(import.meta.url, async (argv) => {
  const usage = `tsx hooks/before-deploy.ts [--profile run|dev|synced|remote] [--stack DIR]

The gate, and only when it lets through, what others changed is taken back, and the secrets are made.

${STACK_USAGE}`
  const { values } = readFlags(argv, usage, { profile: { type: 'string', default: 'run' }, ...STACK_FLAG })
  const application = await openApplication(values.stack)
  const profile = oneOf('--profile', values.profile, PROFILES)
  await gate(application, profile)
  // The end of a loop takes down all that it deployed: what its next start finds is as the model has it.
  if (!inLoop(profile)) await removeForeign(application, profile)
  await bootstrapSecrets(application)
  say('should the deployment fail: npm run doctor names the cause')
  return 0
})
