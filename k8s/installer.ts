import { Deployment, PersistentVolumeClaim } from './kubernetes.ts'
import type { Manifest } from './manifest.ts'
import { labels, namesOf, selector } from './names.ts'
import { type Installer, PACKAGES } from './packages.ts'
import { containerSecurity, podIsolation, podSecurity, resources, USER } from './pod.ts'
import type { Settings } from './settings.ts'

/**
 * A pod that waits to install packages, and the volume for them, which it alone may write to. Both go with the loop: the
 * next one has its packages in its images.
 *
 * @param image the name under which an image of ours is deployed
 */
export function installer(
  { name, programs: [program] }: Installer,
  { stack, limits }: Settings,
  image: (name: string) => string,
): Manifest[] {
  const own = labels(stack, name, 'packages')
  const metadata = { name, namespace: namesOf(stack).namespace, labels: own }
  const memory = program.resources.devMemoryLimit ?? limits.memory
  // What another loop left is not what this one asked for; until it asks, pods have what their images have.
  const wait = `rm -f ${PACKAGES}/current; exec sleep infinity`
  return [
    new PersistentVolumeClaim({
      metadata,
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '2Gi' } } },
    }),
    new Deployment({
      metadata,
      spec: {
        replicas: 1,
        revisionHistoryLimit: 5,
        selector: { matchLabels: selector(stack, name) },
        strategy: { type: 'Recreate' },
        template: {
          metadata: { labels: own },
          spec: {
            ...podIsolation,
            securityContext: podSecurity(USER),
            // `sleep` hears no SIGTERM.
            terminationGracePeriodSeconds: 1,
            containers: [
              {
                name,
                image: image(program.image),
                imagePullPolicy: 'IfNotPresent',
                command: ['sh', '-c', wait],
                env: [{ name: 'HOME', value: '/tmp' }],
                resources: resources({ cpu: '10m', memory: '16Mi' }, { ...limits, memory }),
                securityContext: containerSecurity,
                volumeMounts: [
                  { name: 'tmp', mountPath: '/tmp' },
                  { name: 'packages', mountPath: PACKAGES },
                ],
              },
            ],
            volumes: [
              { name: 'tmp', emptyDir: {} },
              { name: 'packages', persistentVolumeClaim: { claimName: name } },
            ],
          },
        },
      },
    }),
  ]
}
