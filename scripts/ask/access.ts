import { randomBytes } from 'node:crypto'
import { RoleBinding } from 'kubernetes-models/rbac.authorization.k8s.io/v1/RoleBinding'
import { ServiceAccount } from 'kubernetes-models/v1/ServiceAccount'
import { z } from 'zod'
import { labels } from '../../k8s/names.ts'
import type { Kubectl } from '../../lib/cluster/kubectl.ts'
import { NAMES, STACK } from '../../lib/stack/chosen.ts'

/**
 * The roles that every cluster has, https://kubernetes.io/docs/reference/access-authn-authz/rbac/#user-facing-roles:
 * `view` reads all but Secrets, `edit` changes nearly everything and reads Secrets too.
 */
export type Role = 'view' | 'edit'

const IN_NAMESPACE = `--namespace=${NAMES.namespace}`

/** In the kubeconfig that the assistant gets. */
const CONTEXT = NAMES.namespace

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
export async function grantAccess(kubectl: Kubectl, role: Role) {
  const cluster = await clusterOf(kubectl)
  const name = `assistant-${randomBytes(4).toString('hex')}`
  const metadata = { name, namespace: NAMES.namespace, labels: labels(STACK, name, 'assistant') }
  const account = new ServiceAccount({ metadata, automountServiceAccountToken: false })
  const binding = new RoleBinding({
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
    subjects: [{ kind: 'ServiceAccount', name, namespace: NAMES.namespace }],
  })
  const revoke = async () => {
    const words = [IN_NAMESPACE, '--ignore-not-found', `rolebinding/${name}`, `serviceaccount/${name}`]
    await kubectl(['delete', ...words])
  }
  try {
    const list = { apiVersion: 'v1', kind: 'List', items: [account, binding] }
    await kubectl(['create', '-f', '-'], { input: JSON.stringify(list) })
    const token = await kubectl(['create', 'token', name, IN_NAMESPACE, `--duration=${TOKEN_LIFETIME}`])
    return { kubeconfig: kubeconfig(cluster, token.trim()), revoke }
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

function kubeconfig(cluster: Readonly<Record<string, unknown>>, token: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': CONTEXT,
    contexts: [
      { name: CONTEXT, context: { cluster: CONTEXT, user: 'assistant', namespace: NAMES.namespace } },
    ],
    clusters: [{ name: CONTEXT, cluster }],
    users: [{ name: 'assistant', user: { token } }],
  })
}
