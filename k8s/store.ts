import { initialization } from './init-scripts.ts'
import { Service as KubernetesService, StatefulSet } from './kubernetes.ts'
import type { Manifest } from './manifest.ts'
import { labels, namesOf, selector } from './names.ts'
import {
  containerSecurity,
  listen,
  podIsolation,
  podSecurity,
  resources,
  secretMount,
  secretVolume,
} from './pod.ts'
import type { NamedStore } from './services.ts'
import type { Settings } from './settings.ts'

/** The claim that StatefulSet makes: not in the manifests, so neither Ctrl-C nor `skaffold delete` takes the data. */
export function dataClaim(store: string): string {
  return `data-${store}-0`
}

/** A store of data in the cluster, one replica on one PersistentVolumeClaim. */
export function storeWorkload(store: NamedStore, settings: Settings): Manifest[] {
  const { stack, limits } = settings
  const storage = settings.storage[store.name] ?? '1Gi'
  const { name, port, secrets = [] } = store
  const own = labels(stack, name, store.component)
  const metadata = { name, namespace: namesOf(stack).namespace, labels: own }
  const init = initialization(store, settings)
  const place = { ...listen(store), data: store.data, secrets: namesOf(stack).secretsFolder }
  const container = {
    image: store.image,
    imagePullPolicy: 'IfNotPresent' as const,
    env: Object.entries(store.env?.(place) ?? {}).map(([name, value]) => ({ name, value })),
    resources: resources(store.resources, limits),
    securityContext: containerSecurity,
  }
  const written = Object.entries({ ...store.writable, tmp: '/tmp' })
  const mounts = [
    { name: 'data', mountPath: store.data },
    ...written.map(([name, mountPath]) => ({ name, mountPath })),
    ...(secrets.length > 0 ? [secretMount(stack)] : []),
  ]
  const ready = { command: [...store.ready(place)] }
  return [
    ...(init ? [init.configMap] : []),
    new StatefulSet({
      metadata,
      spec: {
        serviceName: name,
        replicas: 1,
        selector: { matchLabels: selector(stack, name) },
        template: {
          metadata: { labels: own },
          spec: {
            ...podIsolation,
            securityContext: podSecurity(store.uid),
            terminationGracePeriodSeconds: 30,
            ...(init
              ? {
                  initContainers: [
                    {
                      name: 'init',
                      command: [...init.command],
                      ...container,
                      volumeMounts: [...mounts, init.mount],
                    },
                  ],
                }
              : {}),
            containers: [
              {
                name,
                ...container,
                ...(store.command ? { command: [...store.command(place)] } : {}),
                ports: [{ name, containerPort: port }],
                startupProbe: { exec: ready, periodSeconds: 1, failureThreshold: 120, timeoutSeconds: 5 },
                livenessProbe: { tcpSocket: { port: name }, periodSeconds: 10, timeoutSeconds: 5 },
                readinessProbe: { exec: ready, periodSeconds: 10, timeoutSeconds: 5 },
                volumeMounts: mounts,
              },
            ],
            volumes: [
              ...written.map(([name]) => ({ name, emptyDir: {} })),
              ...(secrets.length > 0 ? [secretVolume(stack, secrets)] : []),
              ...(init ? [init.volume] : []),
            ],
          },
        },
        volumeClaimTemplates: [
          {
            apiVersion: 'v1',
            kind: 'PersistentVolumeClaim',
            metadata: { name: 'data' },
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
          },
        ],
      },
    }),
    new KubernetesService({
      metadata,
      spec: { selector: selector(stack, name), ports: [{ name, port, targetPort: name }] },
    }),
  ]
}
