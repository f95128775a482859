import type { NamedProgram } from '../../../k8s/services.ts'
import type { Kubectl } from '../../cluster/kubectl.ts'
import { difference } from './difference.ts'
import { inPod, mend, runningPods } from './in-pod.ts'
import { onDisk } from './on-disk.ts'

/** One pod whose sources were not those on disk. */
export interface Mend {
  readonly service: string
  readonly pod: string
  readonly files: readonly string[]
}

/**
 * Compares each file of a service's running pods with the disk by its content, and copies what differs.
 *
 * @param kubectl of the namespace
 * @returns the pods that were not as the disk is; they are now
 * @throws KubectlError when a pod cannot be read or written
 */
export async function mendSources(kubectl: Kubectl, service: NamedProgram): Promise<Mend[]> {
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
