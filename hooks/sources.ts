import { namesOf } from '../k8s/names.ts'
import { programs } from '../k8s/services.ts'
import { contextName, kubectlFor } from '../lib/cluster/kubectl.ts'
import { mendSources } from '../lib/loop/sources/mend-sources.ts'
import { oneOf, readFlags, report, runCommand, say } from '../lib/shell/command.ts'
import { eventLog } from '../lib/shell/event-log.ts'
import { openApplication, STACK_FLAG, STACK_USAGE } from '../lib/stack/application.ts'
import { loadSettings } from '../lib/stack/settings-file.ts'

const USAGE = `npx tsx hooks/sources.ts [--on-failure fail|warn] [--stack DIR]

Makes the sources in the pods those on disk, for the loop that syncs them: a new pod starts with what its image was
built from, and Skaffold copies only what is saved from then on (https://github.com/GoogleContainerTools/skaffold/issues/6924).

  --on-failure  fail (default): ends with 1.  warn: says so and ends with 0, because a failing hook after a deployment
                makes Skaffold tear the loop down
${STACK_USAGE}`

export const command = runCommand(import.meta.url, async (argv) => {
  const { values } = readFlags(argv, USAGE, {
    'on-failure': { type: 'string', default: 'fail' },
    ...STACK_FLAG,
  })
  const onFailure = oneOf('--on-failure', values['on-failure'], ['fail', 'warn'])
  const application = await openApplication(values.stack)
  const { settings } = loadSettings(application)
  const kubectl = kubectlFor(contextName(settings.kubeContext), namesOf(settings.stack).namespace)
  const log = eventLog(application.state, 'sources')
  try {
    const all = await Promise.all(programs(settings).map((service) => mendSources(kubectl, service)))
    const mended = all.flat()
    log('mended', { mended })
    for (const { pod, files } of mended)
      say(`sources: copied to ${pod}, which had older ones: ${files.join(', ')}`)
    return 0
  } catch (error) {
    if (onFailure === 'fail') throw error
    report(error)
    return 0
  }
})
