import { $ } from 'zx/core'
import { findTool } from '../../lib/cluster/find.ts'
import { inAnswer, type Kubectl, LISTED } from '../../lib/cluster/kubectl.ts'
import { inItsWords } from '../../lib/shell/in-its-words.ts'
import { Refusal } from '../../lib/shell/refusal.ts'

interface Volume {
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> }
  readonly spec: {
    readonly claimRef?: { readonly namespace?: string; readonly name?: string }
    readonly hostPath?: { readonly path: string }
  }
}

/**
 * Removes what Minikube leaves of volumes whose claims are gone. Its provisioner knows those alone that it has made since it
 * was last started (https://github.com/kubernetes/minikube/issues/4546), and makes the folder of a new one by the name of its
 * claim: the next database would be the old one, which no new password opens.
 *
 * @param profile of Minikube, which names the context too
 * @param claims by their names
 */
export async function removeLeftVolumes(
  kubectl: Kubectl,
  profile: string,
  namespace: string,
  claims: readonly string[],
): Promise<void> {
  const words = ['get', 'persistentvolumes', '--output=json']
  // Who may not see volumes is a guest of another cluster than Minikube.
  const listing = await kubectl(words).catch(() => undefined)
  if (listing === undefined) return
  const { items } = inAnswer<{ items: Volume[] }>(words, listing, LISTED)
  for (const { metadata, spec } of items) {
    const { claimRef, hostPath } = spec
    const isMinikubes =
      metadata.annotations?.['pv.kubernetes.io/provisioned-by'] === 'k8s.io/minikube-hostpath'
    const isOurs = claimRef?.namespace === namespace && claims.includes(claimRef.name ?? '')
    // Where it makes them; a volume may say anything.
    if (!isMinikubes || !isOurs || !hostPath?.path.endsWith(`/${namespace}/${claimRef.name}`)) continue
    await removeFolder(profile, hostPath.path)
    await kubectl(['delete', 'persistentvolume', metadata.name, '--ignore-not-found'])
  }
}

async function removeFolder(profile: string, path: string): Promise<void> {
  const minikube = (await findTool('minikube'))?.path ?? 'minikube'
  const words = ['ssh', `--profile=${profile}`, '--', 'sudo', 'rm', '-rf', path]
  const { ok, stderr } = await $({ quiet: true, nothrow: true, timeout: '60s' })`${minikube} ${words}`
  if (!ok)
    throw new Refusal(
      `The data is still in ${path} of the node: ${inItsWords(stderr).replace(/\.$/, '')}.`,
      `minikube ${words.join(' ')}`,
    )
}
