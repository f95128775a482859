/** The kind cluster that `npm run cluster` makes. */
export const KIND_CLUSTER = 'todo'

/** Whether `npm run cluster -- up` makes the cluster of a context: every other one is a person's own, used as it is. */
export function isOurs(context: string): boolean {
  return [`kind-${KIND_CLUSTER}`, 'minikube', process.env.MINIKUBE_PROFILE].includes(context)
}

/** What brings up the cluster of a context that is not there, or does not answer. */
export function startCure(context: string): string {
  return isOurs(context)
    ? 'npm run cluster -- up'
    : 'start that cluster with what made it — or remove KUBE_CONTEXT from .env.local: then npm run cluster -- up makes a Minikube'
}
