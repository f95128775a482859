import { type Service, services } from '../k8s/services.ts'
import { contextName, type Kubectl, kubectlFor } from '../lib/cluster/kubectl.ts'
import { oneOf, readFlags, report, runCommand, say } from '../lib/shell/command.ts'
import { eventLog } from '../lib/shell/event-log.ts'
import { loadSettings } from '../lib/shell/settings-file.ts'
import { difference } from './sources/difference.ts'
import { inPod, mend, runningPods } from './sources/in-pod.ts'
import { onDisk } from './sources/on-disk.ts'

const USAGE = `tsx hooks/sources.ts [--on-failure fail|warn]

Makes the sources in the pods those on disk, for the loop that syncs them: a new pod starts with what its image was
built from, and Skaffold copies only what is saved from then on (https://github.com/GoogleContainerTools/skaffold/issues/6924).

  --on-failure  fail (default): ends with 1.  warn: says so and ends with 0, because a failing hook after a deployment
                makes Skaffold tear the loop down`

/** One pod whose sources were not those on disk. */
export interface Mended {
  readonly service: string
  readonly pod: string
  readonly files: readonly string[]
}

/**
 * Compares each file of a service's running pods with the disk by its content, and copies what differs.
 *
 * @returns the pods that were not as the disk is; they are now
 * @throws KubectlError when a pod cannot be read or written
 */
export async function mendSources(kubectl: Kubectl, service: Service): Promise<Mended[]> {
  const pods = await runningPods(kubectl, service)
  const mended = await Promise.all(
    pods.map(async (pod) => {
      try {
        const different = difference(onDisk(service), await inPod(kubectl, pod, service))
        const files = [...different.copy, ...different.remove]
        if (files.length > 0) await mend(kubectl, pod, service, different)
        return { service: service.name, pod, files }
      } catch (error) {
        // One that went meanwhile needs no mending.
        if ((await runningPods(kubectl, service)).includes(pod)) throw error
        return { service: service.name, pod, files: [] }
      }
    }),
  )
  return mended.filter(({ files }) => files.length > 0)
}

export const command = runCommand(import.meta.url, async (argv) => {
  const { values } = readFlags(argv, USAGE, { 'on-failure': { type: 'string', default: 'fail' } })
  const onFailure = oneOf('--on-failure', values['on-failure'], ['fail', 'warn'])
  const { settings } = loadSettings()
  const kubectl = kubectlFor(contextName(settings.kubeContext))
  const log = eventLog('sources')
  try {
    const all = await Promise.all(services(settings).map((service) => mendSources(kubectl, service)))
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
