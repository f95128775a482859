import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { RoleBinding, ServiceAccount } from '../../k8s/kubernetes.ts'
import type { Stack } from '../../k8s/model/stack.ts'
import { labels, namesOf } from '../../k8s/names.ts'
import type { Kubectl } from '../../lib/cluster/kubectl.ts'

/**
 * The roles that every cluster has, https://kubernetes.io/docs/reference/access-authn-authz/rbac/#user-facing-roles:
 * `view` reads all but Secrets, `edit` changes nearly everything and reads Secrets too.
 */
export type Role = 'view' | 'edit'

/** A longer conversation has to be begun anew. */
const TOKEN_LIFETIME = '1h'

const kubeconfigSchema = z.object({
  clusters: z.tuple([z.object({ cluster: z.record(z.string(), z.unknown()) })]),
})

/**
 * Makes an account of the stack's namespace for one conversation: what may be done with it is not a matter of the
 * assistant's manners, but of the API server.
 *
 * @returns a kubeconfig that holds its token and no credential of the person, and what removes the account
 * @throws KubectlError where the namespace is missing, or the person may not make accounts in it
 */
export async function grantAccess(kubectl: Kubectl, stack: Stack, role: Role) {
  const { namespace } = namesOf(stack)
  const inNamespace = `--namespace=${namespace}`
  const cluster = await clusterOf(kubectl)
  const name = `assistant-${randomBytes(4).toString('hex')}`
  const metadata = { name, namespace, labels: labels(stack, name, 'assistant') }
  const account = new ServiceAccount({ metadata, automountServiceAccountToken: false })
  const binding = new RoleBinding({
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
    subjects: [{ kind: 'ServiceAccount', name, namespace }],
  })
  const revoke = async () => {
    const words = [inNamespace, '--ignore-not-found', `rolebinding/${name}`, `serviceaccount/${name}`]
    await kubectl(['delete', ...words])
  }
  try {
    const list = { apiVersion: 'v1', kind: 'List', items: [account, binding] }
    await kubectl(['create', '-f', '-'], { input: JSON.stringify(list) })
    const token = await kubectl(['create', 'token', name, inNamespace, `--duration=${TOKEN_LIFETIME}`])
    return { kubeconfig: kubeconfig(namespace, cluster, token.trim()), revoke }
  } catch (error) {
    await revoke().catch(() => undefined)
    throw error
  }
}

/** @returns address and authority of the API server, as the person's kubeconfig has them */
async function clusterOf(kubectl: Kubectl): Promise<Readonly<Record<string, unknown>>> {
  // Without --raw, the authority's certificate is left out too.
  const view = await kubectl(['config', 'view', '--raw', '--minify', '--flatten', '-o', 'json'])
  const [first] = kubeconfigSchema.parse(JSON.parse(view)).clusters
  return first.cluster
}

/** Its context has the namespace's name. */
function kubeconfig(namespace: string, cluster: Readonly<Record<string, unknown>>, token: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': namespace,
    contexts: [{ name: namespace, context: { cluster: namespace, user: 'assistant', namespace } }],
    clusters: [{ name: namespace, cluster }],
    users: [{ name: 'assistant', user: { token } }],
  })
}
