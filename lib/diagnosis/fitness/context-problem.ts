import type { Profile, Settings } from '../../../k8s/settings.ts'
import { startCure } from '../../cluster/own-cluster.ts'
import type { OwnFinding } from '../finding.ts'
import type { FitnessFacts } from './facts.ts'

/** Names Skaffold takes for local too: https://skaffold.dev/docs/environment/local-cluster/ */
const LOCAL_NAME = /^(minikube|docker-desktop|kind-.+|k3d-.+)$/
const PRIVATE_HOST =
  /^(localhost|.+\.localhost|\[::1\]|0\.0\.0\.0|(127|10)(\.\d+){3}|192\.168(\.\d+){2}|172\.(1[6-9]|2\d|3[01])(\.\d+){2}|.+\.internal)$/

/** Whether a cluster of that name is this machine's, as far as a name can tell. */
export function isLocalName(context: string): boolean {
  return LOCAL_NAME.test(context)
}

/** The one profile for a cluster that KUBE_CONTEXT names and that is not this machine's is `remote`. */
export function contextProblem(
  { context, server }: Pick<FitnessFacts, 'context' | 'server'>,
  { kubeContext }: Settings,
  profile: Profile,
): OwnFinding | undefined {
  const at = { where: context, evidence: [] }
  if (server === undefined)
    return {
      cause: 'context-unknown',
      ...at,
      message: `There is no context "${context}" in the kubeconfig.`,
      cure: profile === 'remote' ? 'kubectl config get-contexts lists them' : startCure(context),
    }
  if (profile === 'remote' && kubeContext && context !== kubeContext)
    return {
      cause: 'context-wrong',
      ...at,
      message: `Skaffold deploys to context "${context}", but KUBE_CONTEXT names "${kubeContext}".`,
      cure: `skaffold … --kube-context ${kubeContext}, or another KUBE_CONTEXT in .env.local`,
    }
  if (isLocalName(context) && PRIVATE_HOST.test(server)) return undefined
  if (context !== kubeContext)
    return {
      cause: 'context-wrong',
      ...at,
      message: `Context "${context}" (server ${server}) is not a local cluster${profile === 'remote' ? ', and the settings do not name it.' : '; the loop deletes there what it deployed when it ends.'}`,
      cure: `use a local one: npm run cluster -- up — or, if you mean it, put KUBE_CONTEXT=${context} into .env.local`,
    }
  if (profile === 'remote' || PRIVATE_HOST.test(server)) return undefined
  return {
    cause: 'context-wrong',
    ...at,
    message: `Context "${context}" (server ${server}) is not a cluster of this machine, and profile ${profile} pushes no image that it could pull.`,
    cure: `skaffold run -p remote --kube-context ${context} --default-repo <your registry>`,
  }
}
