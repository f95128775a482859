import { StatefulSet } from 'kubernetes-models/apps/v1/StatefulSet'
import { Service as KubernetesService } from 'kubernetes-models/v1/Service'
import {
  hasInitScripts,
  initScriptsConfigMap,
  initScriptsMount,
  initScriptsVolume,
} from './init-scripts-volume.ts'
import type { Manifest } from './manifest.ts'
import { labels, NAMESPACE, SECRETS_FOLDER, selector } from './names.ts'
import { containerSecurity, podIsolation, podSecurity, resources, secretMount, secretVolume } from './pod.ts'
import { postgres } from './services.ts'
import type { Settings } from './settings.ts'

const DATA = '/var/lib/postgresql/data'
const PGDATA = `${DATA}/pgdata`

/**
 * Makes the database and runs the scripts, where there is none yet. The server's own entrypoint would do so too, but takes
 * a database whose scripts failed half-way for a whole one when the container starts again.
 * https://github.com/docker-library/docs/blob/master/postgres/README.md#initialization-scripts
 */
const MAKE_DATABASE = `test -s "$PGDATA/PG_VERSION" || docker-ensure-initdb.sh || {
  pg_ctl stop --mode=immediate --silent
  rm -rf "$PGDATA"
  exit 1
}`

/** The claim that StatefulSet makes: not in the manifests, so neither Ctrl-C nor `skaffold delete` takes the data. */
export const DATA_CLAIM = 'data-postgres-0'

/** PostgreSQL in the cluster, one replica on one PersistentVolumeClaim. */
export function database(settings: Settings): Manifest[] {
  const { limits, storage } = settings
  const { name, port } = postgres
  const scripted = hasInitScripts(settings)
  const metadata = { name, namespace: NAMESPACE, labels: labels(name, postgres.component) }
  const isReady = ['pg_isready', '-h', '127.0.0.1', '-U', postgres.user, '-d', postgres.database]
  const container = {
    image: postgres.image,
    imagePullPolicy: 'IfNotPresent' as const,
    env: [
      { name: 'POSTGRES_USER', value: postgres.user },
      { name: 'POSTGRES_DB', value: postgres.database },
      { name: 'POSTGRES_PASSWORD_FILE', value: `${SECRETS_FOLDER}/POSTGRES_PASSWORD` },
      // The volume's own root may hold a lost+found, which initdb refuses.
      { name: 'PGDATA', value: PGDATA },
    ],
    resources: resources(postgres.resources, limits),
    securityContext: containerSecurity,
  }
  const mounts = [
    { name: 'data', mountPath: DATA },
    { name: 'socket', mountPath: '/var/run/postgresql' },
    { name: 'tmp', mountPath: '/tmp' },
    secretMount,
  ]
  return [
    ...(scripted ? [initScriptsConfigMap(settings)] : []),
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
            securityContext: podSecurity(postgres.uid),
            terminationGracePeriodSeconds: 30,
            ...(scripted
              ? {
                  initContainers: [
                    {
                      name: 'init',
                      command: ['sh', '-c', MAKE_DATABASE],
                      ...container,
                      volumeMounts: [...mounts, initScriptsMount],
                    },
                  ],
                }
              : {}),
            containers: [
              {
                name,
                ...container,
                ports: [{ name: 'postgres', containerPort: port }],
                startupProbe: {
                  exec: { command: isReady },
                  periodSeconds: 1,
                  failureThreshold: 120,
                  timeoutSeconds: 5,
                },
                livenessProbe: { tcpSocket: { port: 'postgres' }, periodSeconds: 10, timeoutSeconds: 5 },
                readinessProbe: { exec: { command: isReady }, periodSeconds: 10, timeoutSeconds: 5 },
                volumeMounts: mounts,
              },
            ],
            volumes: [
              { name: 'socket', emptyDir: {} },
              { name: 'tmp', emptyDir: {} },
              secretVolume(['POSTGRES_PASSWORD']),
              ...(scripted ? [initScriptsVolume] : []),
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
