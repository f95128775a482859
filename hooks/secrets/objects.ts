import { Namespace } from 'kubernetes-models/v1/Namespace'
import { Secret } from 'kubernetes-models/v1/Secret'
import { labels } from '../../k8s/names.ts'
import type { Stored } from '../../lib/secrets/stored.ts'
import { NAMES, STACK } from '../../lib/stack/chosen.ts'

/** The namespace, which refuses every pod that is not `restricted`. Not rendered: Ctrl-C would delete it and the data. */
export function namespaceObject(): Namespace {
  return new Namespace({
    metadata: {
      name: NAMES.namespace,
      labels: {
        'app.kubernetes.io/part-of': STACK.name,
        'pod-security.kubernetes.io/enforce': 'restricted',
        'pod-security.kubernetes.io/warn': 'restricted',
      },
    },
  })
}

export function secretObject(values: Stored): Secret {
  return new Secret({
    metadata: {
      name: NAMES.secret,
      namespace: NAMES.namespace,
      labels: labels(STACK, NAMES.secret, 'secrets'),
    },
    type: 'Opaque',
    stringData: values as Record<string, string>,
  })
}
