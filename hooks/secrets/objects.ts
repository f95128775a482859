import { Namespace } from 'kubernetes-models/v1/Namespace'
import { Secret } from 'kubernetes-models/v1/Secret'
import { labels, NAMESPACE, SECRET } from '../../k8s/names.ts'
import type { Stored } from '../../lib/secrets/stored.ts'

/** The namespace, which refuses every pod that is not `restricted`. Not rendered: Ctrl-C would delete it and the data. */
export function namespaceObject(): Namespace {
  return new Namespace({
    metadata: {
      name: NAMESPACE,
      labels: {
        'app.kubernetes.io/part-of': 'todo',
        'pod-security.kubernetes.io/enforce': 'restricted',
        'pod-security.kubernetes.io/warn': 'restricted',
      },
    },
  })
}

export function secretObject(values: Stored): Secret {
  return new Secret({
    metadata: { name: SECRET, namespace: NAMESPACE, labels: labels(SECRET, 'secrets') },
    type: 'Opaque',
    stringData: values as Record<string, string>,
  })
}
