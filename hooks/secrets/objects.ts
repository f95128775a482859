import { Namespace, Secret } from '../../k8s/kubernetes.ts'
import type { Stack } from '../../k8s/model/stack.ts'
import { labels, namesOf } from '../../k8s/names.ts'
import type { Stored } from '../../lib/secrets/stored.ts'

/** The namespace, which refuses every pod that is not `restricted`. Not rendered: Ctrl-C would delete it and the data. */
export function namespaceObject(stack: Stack): InstanceType<typeof Namespace> {
  return new Namespace({
    metadata: {
      name: namesOf(stack).namespace,
      labels: {
        'app.kubernetes.io/part-of': stack.name,
        'pod-security.kubernetes.io/enforce': 'restricted',
        'pod-security.kubernetes.io/warn': 'restricted',
      },
    },
  })
}

export function secretObject(stack: Stack, values: Stored): InstanceType<typeof Secret> {
  const { namespace, secret } = namesOf(stack)
  return new Secret({
    metadata: {
      name: secret,
      namespace,
      labels: labels(stack, secret, 'secrets'),
    },
    type: 'Opaque',
    stringData: values as Record<string, string>,
  })
}
