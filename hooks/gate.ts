import { manifests } from '../k8s/manifests.ts'
import { programs } from '../k8s/services.ts'
import { inLoop, PROFILES, type Profile } from '../k8s/settings.ts'
import { contextName, kubectlFor } from '../lib/cluster/kubectl.ts'
import { observe } from '../lib/diagnosis/fitness/observe.ts'
import { misgivings, verdict } from '../lib/diagnosis/fitness/verdict.ts'
import { FORWARDED_BY } from '../lib/loop/forwarded-by.ts'
import { oneOf, readFlags, runCommand, say, warn } from '../lib/shell/command.ts'
import { eventLog } from '../lib/shell/event-log.ts'
import { refusalOf } from '../lib/shell/refusal.ts'
import { type Application, openApplication, STACK_FLAG, STACK_USAGE } from '../lib/stack/application.ts'
import { loadSettings } from '../lib/stack/settings-file.ts'

const USAGE = `npm run gate -- [--profile run|dev|synced|remote] [--stack DIR]

Refuses the wrong or an unfit cluster before anything is deployed to it: context, API, nodes, DNS, storage class,
ingress class, room, ports, external database. Reads, never writes. Each refusal names the command that cures it.

  --profile  dev and synced also look whether the ports that the loop forwards are free; dev, whether the nodes hold
             this checkout, whose sources its pods mount; remote reads nothing of a cluster that is not about us
${STACK_USAGE}`

/** @throws Refusal naming everything that is in the way */
export async function gate(application: Application, profile: Profile): Promise<void> {
  const log = eventLog(application.state, 'gate')
  const configuration = loadSettings(application)
  const { settings } = configuration
  const context = contextName(settings.kubeContext)
  const forwarded = programs(settings).flatMap(({ forwarded, port }) => (forwarded ? [port] : []))
  const facts = await observe(kubectlFor(context), context, configuration, {
    profile,
    ports: !inLoop(profile) || process.env[FORWARDED_BY] ? [] : forwarded,
  })
  const rendered = manifests(settings, profile)
  const problems = verdict(facts, settings, rendered, profile)
  log(problems.length === 0 ? 'passed' : 'refused', {
    context,
    causes: problems.map(({ cause }) => cause),
    problems: problems.map(({ message }) => message),
  })
  if (problems.length > 0) throw refusalOf(problems)
  for (const { message, cure } of misgivings(facts, rendered)) warn(`gate: ${message}\n  → ${cure}`)
  say(`gate: context ${context} is fit`)
}

export const command = runCommand(import.meta.url, async (argv) => {
  const { values } = readFlags(argv, USAGE, { profile: { type: 'string', default: 'run' }, ...STACK_FLAG })
  await gate(await openApplication(values.stack), oneOf('--profile', values.profile, PROFILES))
  return 0
})
