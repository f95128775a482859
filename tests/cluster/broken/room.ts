import { type Case, container, deployment, ended, happened, pod, python, shell, unscheduled } from './case.ts'

const claim = (storageClassName: string) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data' },
  spec: { storageClassName, accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } } },
})
const mounted = (name: string, volume: object) => ({
  containers: [container(name, { volumeMounts: [{ name: 'data', mountPath: '/data' }] })],
  volumes: [{ name: 'data', ...volume }],
})

/** What the cluster does not have, or does not give. */
export const room: Readonly<Record<string, Case>> = {
  'too-little-cpu': {
    objects: [deployment('web', { resources: { requests: { cpu: '64' } } })],
    cause: 'unschedulable',
    where: 'deployment/web',
    message: /too little cpu is free/,
    cure: /ask for less/,
    visible: unscheduled,
  },
  'too-little-memory': {
    objects: [pod('web', { resources: { requests: { memory: '4Ti' } } })],
    cause: 'unschedulable',
    where: 'pod/web',
    message: /too little memory is free/,
    cure: /ask for less/,
    visible: unscheduled,
  },
  'no-such-node': {
    objects: [pod('web', {}, { nodeSelector: { 'todo/disk': 'of-gold' } })],
    cause: 'unschedulable',
    where: 'pod/web',
    message: /no node has the labels/,
    cure: /show-labels/,
    visible: unscheduled,
  },
  'no-storage-class': {
    objects: [
      claim('of-nobody'),
      pod('web', {}, mounted('web', { persistentVolumeClaim: { claimName: 'data' } })),
    ],
    cause: 'volume-unbound',
    where: 'pod/web',
    message: /claim data of storage class of-nobody .* does not exist/,
    cure: /get storageclasses/,
    visible: unscheduled,
  },
  'quota-exceeded': {
    objects: [
      {
        apiVersion: 'v1',
        kind: 'ResourceQuota',
        metadata: { name: 'small' },
        spec: { hard: { 'requests.cpu': '1m', pods: '5' } },
      },
      deployment('web', {}),
    ],
    cause: 'quota-exceeded',
    where: 'deployment/web',
    message: /quota small ends at requests.cpu=1m/,
    cure: /describe resourcequota small/,
    visible: happened('FailedCreate'),
  },
  'pod-security': {
    objects: [deployment('web', {})],
    labels: { 'pod-security.kubernetes.io/enforce': 'restricted' },
    cause: 'pod-security',
    where: 'deployment/web',
    message: /Pod Security restricted:latest forbids it/,
    cure: /podSecurity/,
    visible: happened('FailedCreate'),
  },
  'out-of-memory': {
    objects: [
      pod(
        'web',
        python('kept = [bytearray(2**20) for _ in range(500)]', {
          resources: { limits: { memory: '32Mi' } },
        }),
      ),
    ],
    cause: 'out-of-memory',
    where: 'pod/web',
    message: /its limit of 32Mi/,
    cure: /memory limit/,
    visible: ended,
  },
  'disk-full': {
    objects: [
      pod(
        'web',
        {},
        {
          containers: [
            container('web', {
              ...shell('head -c 9000000 /dev/zero > /data/file'),
              volumeMounts: [{ name: 'data', mountPath: '/data' }],
            }),
          ],
          volumes: [{ name: 'data', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } }],
        },
      ),
    ],
    cause: 'disk-full',
    where: 'pod/web',
    message: /its disk is full/,
    cure: /make room/,
    visible: ended,
  },
}
