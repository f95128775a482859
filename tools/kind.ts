import { stringify } from 'yaml'
import { $ } from 'zx/core'
import { NODE_SOURCES } from '../k8s/sources.ts'
import { Refusal } from '../shell/refusal.ts'
import { ABSENT, type Provider } from './provider.ts'

const NAME = 'todo'
const NODE = `${NAME}-control-plane`
const WAIT_SECONDS = 300

/**
 * kind with one node. It has no stop of its own: its node is a container that can be stopped and started.
 *
 * @param port the node port that is to answer on this machine's loopback
 * @param checkout the folder that a new cluster's node gets to see, for the loop to mount sources from
 */
export function kind(port: number, checkout: string): Provider {
  return {
    tool: 'kind',
    title: `kind cluster "${NAME}"`,
    context: `kind-${NAME}`,
    needsEngine: true,
    stop: [{ argv: ['docker', 'stop', NODE] }],
    remove: [{ argv: ['kind', 'delete', 'cluster', `--name=${NAME}`] }],
    explain: () => undefined,

    async look({ path }) {
      const quietly = $({ nothrow: true, quiet: true, signal: AbortSignal.timeout(60_000) })
      const clusters = await quietly`${path} get clusters`
      if (!clusters.ok)
        throw new Refusal('kind does not say which clusters it has.', 'kind get clusters shows what is wrong')
      if (!clusters.stdout.split('\n').includes(NAME)) return ABSENT
      const format = '{{.State.Running}} {{json .HostConfig.PortBindings}} {{.Config.Image}}'
      const node = await quietly`docker inspect --format ${format} ${NODE}`
      const [running, ports = '', image = ''] = node.stdout.trim().split(' ')
      return {
        state: running === 'true' ? 'running' : 'stopped',
        facts: image.split('@')[0] ?? '',
        published: ports.includes(`"${port}/tcp"`),
      }
    },

    start: (cluster) =>
      cluster.state === 'absent'
        ? [
            {
              argv: ['kind', 'create', 'cluster', `--name=${NAME}`, '--config=-', `--wait=${WAIT_SECONDS}s`],
              input: configuration(port, checkout),
            },
          ]
        : [
            { argv: ['docker', 'start', NODE] },
            {
              argv: ['docker', 'exec', NODE, 'timeout', String(WAIT_SECONDS), 'sh', '-c', UNTIL_READY],
            },
            { argv: ['kind', 'export', 'kubeconfig', `--name=${NAME}`] },
          ],
  }
}

const UNTIL_READY =
  'until kubectl --kubeconfig=/etc/kubernetes/admin.conf get --raw=/readyz >/dev/null 2>&1; do sleep 1; done'

function configuration(port: number, checkout: string): string {
  return stringify({
    kind: 'Cluster',
    apiVersion: 'kind.x-k8s.io/v1alpha4',
    nodes: [
      {
        role: 'control-plane',
        extraMounts: [{ hostPath: checkout, containerPath: NODE_SOURCES }],
        extraPortMappings: [{ containerPort: port, hostPort: port, listenAddress: '127.0.0.1' }],
      },
    ],
  })
}
