/** Names other people's commands rely on: `kubectl -n todo get pods`, Secret and ConfigMap names, labels. */
export const NAMESPACE = 'todo'
export const CONFIG_MAP = 'todo-config'
export const SECRET = 'todo-secrets'

export type ServiceName = 'assistant-stub' | 'mcp' | 'backend' | 'frontend'

/** Where every program finds its secrets in a pod: one file per key. */
export const SECRETS_FOLDER = '/run/secrets/todo'

/** The labels of one workload, recommended by https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/ */
export function labels(name: string, component: string) {
  return {
    'app.kubernetes.io/name': name,
    'app.kubernetes.io/component': component,
    'app.kubernetes.io/part-of': 'todo',
  }
}

/** The labels a selector uses: the part of `labels` that never changes in a workload's life. */
export function selector(name: string) {
  return { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': 'todo' }
}
