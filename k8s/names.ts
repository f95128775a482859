import type { Stack } from './model/stack.ts'

/** Names other people's commands rely on: `kubectl -n NAME get pods`, Secret and ConfigMap names, labels. */
export function namesOf({ name }: Pick<Stack, 'name'>) {
  return {
    namespace: name,
    configMap: `${name}-config`,
    secret: `${name}-secrets`,
    /** Where every program finds its secrets in a pod: one file per key. */
    secretsFolder: `/run/secrets/${name}`,
    /** The Secret that holds certificate and key of a page with https: a person's, or cert-manager's. */
    tls: `${name}-tls`,
  }
}

/** The labels of one workload, recommended by https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/ */
export function labels({ name: stack }: Pick<Stack, 'name'>, name: string, component: string) {
  return {
    'app.kubernetes.io/name': name,
    'app.kubernetes.io/component': component,
    'app.kubernetes.io/part-of': stack,
  }
}

/** Selects what is of a stack. */
export function partOf({ name }: Pick<Stack, 'name'>): string {
  return `app.kubernetes.io/part-of=${name}`
}

/** The labels a selector uses: the part of `labels` that never changes in a workload's life. */
export function selector({ name: stack }: Pick<Stack, 'name'>, name: string) {
  return { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': stack }
}
