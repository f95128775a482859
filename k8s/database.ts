import { StatefulSet } from 'kubernetes-models/apps/v1/StatefulSet'
import { Service as KubernetesService } from 'kubernetes-models/v1/Service'
import type { Manifest } from './manifest.ts'
import { labels, NAMESPACE, SECRETS_FOLDER, selector } from './names.ts'
import { containerSecurity, podIsolation, podSecurity, resources, secretMount, secretVolume } from './pod.ts'
import { postgres } from './services.ts'
import type { Settings } from './settings.ts'

const DATA = '/var/lib/postgresql/data'
/** The user `postgres` of the official image. */
const USER = 999

/** The claim that StatefulSet makes: not in the manifests, so neither Ctrl-C nor `skaffold delete` takes the data. */
export const DATA_CLAIM = 'data-postgres-0'

/** PostgreSQL in the cluster, one replica on one PersistentVolumeClaim. */
export function database({ limits, storage }: Settings): Manifest[] {
  const { name, port } = postgres
  const metadata = { name, namespace: NAMESPACE, labels: labels(name, postgres.component) }
  const isReady = ['pg_isready', '-h', '127.0.0.1', '-U', postgres.user, '-d', postgres.database]
  return [
    new StatefulSet({
      metadata,
      spec: {
        serviceName: name,
        replicas: 1,
        selector: { matchLabels: selector(name) },
        template: {
          metadata: { labels: labels(name, postgres.component) },
          spec: {
            ...podIsolation,
            securityContext: podSecurity(USER),
            terminationGracePeriodSeconds: 30,
            containers: [
              {
                name,
                image: postgres.image,
                imagePullPolicy: 'IfNotPresent',
                env: [
                  { name: 'POSTGRES_USER', value: postgres.user },
                  { name: 'POSTGRES_DB', value: postgres.database },
                  { name: 'POSTGRES_PASSWORD_FILE', value: `${SECRETS_FOLDER}/POSTGRES_PASSWORD` },
                  // The volume's own root may hold a lost+found, which initdb refuses.
                  { name: 'PGDATA', value: `${DATA}/pgdata` },
                ],
                ports: [{ name: 'postgres', containerPort: port }],
                startupProbe: {
                  exec: { command: isReady },
                  periodSeconds: 1,
                  failureThreshold: 120,
                  timeoutSeconds: 5,
                },
                livenessProbe: { tcpSocket: { port: 'postgres' }, periodSeconds: 10, timeoutSeconds: 5 },
                readinessProbe: { exec: { command: isReady }, periodSeconds: 10, timeoutSeconds: 5 },
                resources: resources(postgres.resources, limits),
                securityContext: containerSecurity,
                volumeMounts: [
                  { name: 'data', mountPath: DATA },
                  { name: 'socket', mountPath: '/var/run/postgresql' },
                  { name: 'tmp', mountPath: '/tmp' },
                  secretMount,
                ],
              },
            ],
            volumes: [
              { name: 'socket', emptyDir: {} },
              { name: 'tmp', emptyDir: {} },
              secretVolume(['POSTGRES_PASSWORD']),
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
      spec: { selector: selector(name), ports: [{ name: 'postgres', port, targetPort: 'postgres' }] },
    }),
  ]
}
