import { type Case, type Container, container, happened, pod, waits } from './case.ts'

const fromKey = (source: string, name: string, key: string): Container => ({
  env: [{ name: 'VALUE', valueFrom: { [source]: { name, key } } }],
})

/** What a pod asks for and nobody made. */
export const configuration: Readonly<Record<string, Case>> = {
  'secret-key-missing': {
    objects: [
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'todo-secrets' }, stringData: { OTHER: 'x' } },
      pod('web', fromKey('secretKeyRef', 'todo-secrets', 'DATABASE_URL')),
    ],
    cause: 'secret-key-missing',
    where: 'pod/web',
    message: /Secret todo-secrets has no key DATABASE_URL/,
    cure: /npm run secrets/,
    visible: waits('CreateContainerConfigError'),
  },
  'secret-file-missing': {
    objects: [
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'todo-secrets' }, stringData: { OTHER: 'x' } },
      mounting({ secret: { secretName: 'todo-secrets', items: [{ key: 'BETTER_AUTH_SECRET', path: 'x' }] } }),
    ],
    cause: 'secret-key-missing',
    where: 'pod/web',
    message: /has no key BETTER_AUTH_SECRET/,
    cure: /npm run secrets/,
    visible: happened('FailedMount'),
  },
  'secret-missing': {
    objects: [mounting({ secret: { secretName: 'todo-secrets' } })],
    cause: 'secret-missing',
    where: 'pod/web',
    message: /no Secret todo-secrets/,
    cure: /npm run secrets/,
    visible: happened('FailedMount'),
  },
  'config-key-missing': {
    objects: [
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'todo-config' }, data: { OTHER: 'x' } },
      pod('web', fromKey('configMapKeyRef', 'todo-config', 'JWKS_URL')),
    ],
    cause: 'config-key-missing',
    where: 'pod/web',
    message: /ConfigMap todo-config has no key JWKS_URL/,
    cure: /stack\/stack\.ts/,
    visible: waits('CreateContainerConfigError'),
  },
  'config-missing': {
    objects: [pod('web', fromKey('configMapKeyRef', 'todo-config', 'JWKS_URL'))],
    cause: 'config-missing',
    where: 'pod/web',
    message: /no ConfigMap todo-config/,
    cure: /npm run up renders and deploys it again/,
    visible: waits('CreateContainerConfigError'),
  },
}

function mounting(volume: object) {
  return pod(
    'web',
    {},
    {
      containers: [container('web', { volumeMounts: [{ name: 'files', mountPath: '/files' }] })],
      volumes: [{ name: 'files', ...volume }],
    },
  )
}
