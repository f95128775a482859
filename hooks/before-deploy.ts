import { PROFILES } from '../k8s/settings.ts'
import { oneOf, readFlags, runCommand, say } from '../shell/command.ts'
import { gate } from './gate.ts'
import { bootstrapSecrets } from './secrets.ts'

/** One process for both hooks of this slot: each start of tsx costs half a second. */
export const command = runCommand(import.meta.url, async (argv) => {
  const usage =
    'tsx hooks/before-deploy.ts [--profile run|dev|synced|remote]\n\nThe gate, and only when it lets through, the secrets.'
  const { values } = readFlags(argv, usage, { profile: { type: 'string', default: 'run' } })
  await gate(oneOf('--profile', values.profile, PROFILES))
  await bootstrapSecrets()
  say('should the deployment fail: npm run doctor names the cause')
  return 0
})
