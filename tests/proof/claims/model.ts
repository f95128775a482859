import type { Topic } from '../claim.ts'

export const model: Topic = {
  name: 'model',
  title: 'Manifests, images and chart',
  claims: [
    {
      says: 'Two pods of backend and frontend; ClusterIP 8000, NodePort 30080; ConfigMap and Secret under their names',
      tests: ['stack/tests/golden.test.ts', 'tests/k8s/exposure.test.ts'],
    },
    {
      says: 'Requests and limits, probes, no root, no capability, a read-only root file system, in each container',
      tests: ['tests/k8s/hardened-pods.test.ts'],
    },
    {
      says: 'A rolling update takes no pod away before its successor is ready, and lets requests end',
      tests: ['tests/k8s/rolls.test.ts'],
    },
    {
      says: 'Policies let through the arrows of the picture and no other',
      tests: ['tests/k8s/network.test.ts'],
    },
    {
      says: 'Dockerfiles are multi-stage, not root, with packages by lock files',
      tests: ['tests/docker/dockerfiles.test.ts'],
    },
    {
      says: 'The chart gives what the model gives, in every way to set its values',
      tests: ['tests/k8s/chart.test.ts', 'tests/k8s/chart-conditions.test.ts'],
    },
    {
      says: 'An Ingress, and an autoscaler, where they are asked for',
      tests: ['tests/k8s/exposure.test.ts', 'tests/k8s/autoscaler.test.ts'],
    },
    { says: 'The Compose file is the same stack', tests: ['tests/k8s/compose.test.ts'] },
    { says: 'A bill of materials for each image', tests: ['tests/scripts/sbom/sbom.test.ts'] },
    {
      says: 'No combination of settings renders what Kubernetes would refuse',
      tests: ['tests/k8s/faults.test.ts', 'tests/k8s/settings.test.ts'],
    },
  ],
}
