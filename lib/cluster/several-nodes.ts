import type { ProviderStep } from './provider.ts'

/**
 * Minikube's docker driver publishes what `--ports` names for every node, where a port can be had once
 * (kubernetes/minikube#16766). Of a range, each node takes one, and a node port is answered by any node: the page stays
 * at the first. The flag refuses ranges; the variable that Minikube reads in its place is not checked.
 *
 * @param ports as many as there are nodes, one after the other
 */
export function publishedByEach(ports: readonly number[]): Readonly<Record<string, string>> {
  const [first] = ports
  return { MINIKUBE_PORTS: `127.0.0.1:${first}-${ports.at(-1)}:${first}` }
}

/**
 * Minikube's own provisioner makes a volume's folder on the first node, wherever the pod is (kubernetes/minikube#12360).
 * The one that kind has too makes it on the pod's node. Both would be the default again at the next start.
 */
export function volumesOnEach(profile: string): readonly ProviderStep[] {
  const addon = (word: string, name: string) => ({
    argv: ['minikube', 'addons', word, name, `--profile=${profile}`],
  })
  return [addon('disable', 'default-storageclass'), addon('enable', 'storage-provisioner-rancher')]
}
