import { kubectl } from './cluster.ts'

/** Where the node finds it, and the node's engine, which speaks plain http to its own loopback alone. */
export const REGISTRY = 'localhost:5050'

const NAMESPACE = 'todo-test-registry'

const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'registry', namespace: NAMESPACE },
  spec: {
    // What `minikube addons enable registry` does with a proxy beside it: it is at the same address for all in the node.
    hostNetwork: true,
    terminationGracePeriodSeconds: 1,
    containers: [
      {
        name: 'registry',
        image: 'registry:3',
        env: [{ name: 'REGISTRY_HTTP_ADDR', value: REGISTRY.replace('localhost', '127.0.0.1') }],
      },
    ],
  },
}

/** Starts a registry in the cluster's node. */
export async function startRegistry(): Promise<void> {
  await endRegistry()
  await kubectl(['create', 'namespace', NAMESPACE])
  await kubectl(['create', '-f', '-'], { input: JSON.stringify(POD) })
  await kubectl(
    ['wait', '--for=condition=Ready', `--namespace=${NAMESPACE}`, 'pod/registry', '--timeout=120s'],
    {
      timeout: '130s',
    },
  )
}

/** Ends it, with all it holds. */
export async function endRegistry(): Promise<void> {
  await kubectl(['delete', 'namespace', NAMESPACE, '--ignore-not-found', '--timeout=100s'])
}
