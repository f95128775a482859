import type { List, PodObject } from '../../../lib/cluster/objects.ts'
import type { Finding } from '../../../lib/diagnosis/finding.ts'
import { kubectl } from '../cluster.ts'
import { eventually } from '../deadline.ts'
import { container, deployment, node, pod, ready, shell } from './case.ts'
import { alarms, apply } from './try-out.ts'

const SECONDS = 90
const nothing = async () => undefined
/** Answers only this long after its start. */
const slow = (seconds: number) =>
  node(
    `setTimeout(() => require('http').createServer((_, answer) => answer.end()).listen(8000), ${seconds * 1000})`,
    {
      readinessProbe: ready('/'),
    },
  )

async function pods(namespace: string): Promise<readonly PodObject[]> {
  return (
    JSON.parse(await kubectl(['get', 'pods', `--namespace=${namespace}`, '-o', 'json'])) as List<PodObject>
  ).items
}

const isReady = (found: readonly PodObject[]) =>
  found.length > 0 && found.every(({ status }) => status.containerStatuses?.every(({ ready }) => ready))

const allReady = (namespace: string) =>
  eventually('the pods being Ready', SECONDS, async () => isReady(await pods(namespace)))

const rolledOut = (namespace: string) =>
  kubectl(['rollout', 'status', 'deployment', `--namespace=${namespace}`, '--timeout=90s'], {
    timeout: '95s',
  })

/** What looks bad for a moment and is not. */
export const healthy: Readonly<Record<string, () => Promise<readonly Finding[]>>> = {
  'starts-slowly': () =>
    alarms('starts-slowly', nothing, async (namespace) => {
      await apply(namespace, [deployment('web', slow(12))])
      await allReady(namespace)
    }),

  'rolling-update': () =>
    alarms(
      'rolling-update',
      async (namespace) => {
        await apply(namespace, [deployment('web', slow(1), {}, { replicas: 2 })])
        await allReady(namespace)
      },
      async (namespace) => {
        await apply(namespace, [deployment('web', slow(3), {}, { replicas: 2 })])
        await rolledOut(namespace)
      },
    ),

  'completed-job': () =>
    alarms('completed-job', nothing, async (namespace) => {
      const template = { spec: { restartPolicy: 'Never', containers: [container('once', shell('sleep 2'))] } }
      await apply(namespace, [
        { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'once' }, spec: { template } },
      ])
      await kubectl(
        ['wait', '--for=condition=Complete', 'job/once', `--namespace=${namespace}`, '--timeout=60s'],
        {
          timeout: '65s',
        },
      )
    }),

  'restarted-long-ago': () =>
    alarms(
      'restarted-long-ago',
      async (namespace) => {
        const once = shell('test -e /state/met || { touch /state/met; exit 1; }; exec sleep infinity')
        const mounted = container('web', { ...once, volumeMounts: [{ name: 'state', mountPath: '/state' }] })
        await apply(namespace, [
          pod('web', {}, { containers: [mounted], volumes: [{ name: 'state', emptyDir: {} }] }),
        ])
        await eventually('the second run being old', SECONDS, async () => {
          const [found] = await pods(namespace)
          const { restartCount = 0, state } = found?.status.containerStatuses?.[0] ?? {}
          return restartCount > 0 && Date.now() - Date.parse(state?.running?.startedAt ?? '') > 12_000
        })
      },
      async (namespace) => {
        // Something happens, so that the watch looks.
        await kubectl(['label', 'pod', 'web', 'todo/touched=yes', `--namespace=${namespace}`])
        await apply(namespace, [pod('other', {})])
        await allReady(namespace)
      },
    ),

  'pending-for-a-moment': () =>
    alarms('pending-for-a-moment', nothing, async (namespace) => {
      const mounted = container('web', { volumeMounts: [{ name: 'data', mountPath: '/data' }] })
      const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }]
      const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } } }
      // In this order: the pod is there first, and waits.
      await apply(namespace, [
        pod('web', {}, { containers: [mounted], volumes }),
        { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data' }, spec },
      ])
      await allReady(namespace)
    }),

  'waits-for-its-database': () =>
    alarms('waits-for-its-database', nothing, async (namespace) => {
      const database = {
        ...deployment('postgres', slow(6)),
        kind: 'StatefulSet',
      }
      // It says that the database does not answer, as long as that is starting.
      const asks = `const answer = (ok) => (_, a) => { a.statusCode = ok ? 200 : 503; a.end('The database does not answer: refused') }
        require('http').createServer((q, a) => fetch('http://postgres:8000').then(() => answer(true)(q, a), () => answer(false)(q, a))).listen(8000)`
      await apply(namespace, [
        {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: 'postgres' },
          spec: { selector: { app: 'postgres' }, ports: [{ port: 8000 }] },
        },
        { ...database, spec: { ...database.spec, serviceName: 'postgres' } },
        deployment('web', node(asks, { readinessProbe: ready('/') })),
      ])
      await allReady(namespace)
    }),
}
