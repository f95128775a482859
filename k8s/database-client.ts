import { Pod } from './kubernetes.ts'
import { labels, namesOf } from './names.ts'
import { containerSecurity, podIsolation, podSecurity, resources } from './pod.ts'
import type { Settings } from './settings.ts'

/** By this name the network policies let the pod through to the database. */
export const DATABASE_CLIENT = 'database-client'

/** Where the pod's programs look for the database's address and password, which are put there once it runs. */
export const CLIENT_FOLDER = '/run/database-client'

/** A pod that nobody deleted, because the machine that made it went away, is ended by the cluster. */
const DEADLINE_SECONDS = 6 * 60 * 60

/**
 * A pod with pg_dump, pg_restore and psql that waits to be used: for the stack's own database and an external one alike.
 *
 * @param name of its own, so that two can be at work
 */
export function databaseClientPod({ stack, limits }: Settings, name: string): InstanceType<typeof Pod> {
  const store = stack.database && stack.services[stack.database.service]
  if (store?.kind !== 'store') throw new Error(`stack ${stack.name} has no database`)
  return new Pod({
    metadata: {
      name,
      namespace: namesOf(stack).namespace,
      labels: labels(stack, DATABASE_CLIENT, store.component),
    },
    spec: {
      ...podIsolation,
      restartPolicy: 'Never',
      activeDeadlineSeconds: DEADLINE_SECONDS,
      // `sleep` hears no SIGTERM.
      terminationGracePeriodSeconds: 1,
      securityContext: podSecurity(store.uid),
      containers: [
        {
          name: DATABASE_CLIENT,
          image: store.image,
          imagePullPolicy: 'IfNotPresent',
          command: ['sleep', String(DEADLINE_SECONDS)],
          resources: resources({ cpu: '50m', memory: '64Mi' }, limits),
          securityContext: containerSecurity,
          volumeMounts: [
            { name: 'client', mountPath: CLIENT_FOLDER },
            { name: 'tmp', mountPath: '/tmp' },
          ],
        },
      ],
      volumes: [
        // A password stays off the node's disk.
        { name: 'client', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
        { name: 'tmp', emptyDir: {} },
      ],
    },
  })
}
