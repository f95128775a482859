import { stringify } from 'yaml'
import { $ } from 'zx/core'
import { NODE_SOURCES } from '../../k8s/sources.ts'
import { Refusal } from '../shell/refusal.ts'
import { sharedFolder } from '../shell/state-folder.ts'
import type { Addon } from './addons.ts'
import { KIND_CLUSTER } from './own-cluster.ts'
import { ABSENT, type NewCluster, type Provider } from './provider.ts'

const NAME = KIND_CLUSTER
const CONTROL_PLANE = `${NAME}-control-plane`
const WAIT_SECONDS = 300

/** Where the node has the encryption file, and the API server's pod too. */
const NODE_ENCRYPTION = '/etc/kubernetes/secrets-encryption.yaml'

/**
 * kind. It has no stop of its own: its nodes are containers that can be stopped and started.
 *
 * @param port the node port that is to answer on this machine's loopback
 * @param checkout the folder that a new cluster's nodes get to see, for the loop to mount sources from
 */
export function kind(port: number, checkout: string): Provider {
  return {
    tool: 'kind',
    title: `kind cluster "${NAME}"`,
    context: `kind-${NAME}`,
    needsEngine: true,
    keyFolder: sharedFolder(),
    takes: () => [port],
    stop: ({ nodes }) => [{ argv: ['docker', 'stop', ...nodes] }],
    remove: [{ argv: ['kind', 'delete', 'cluster', `--name=${NAME}`] }],
    explain: () => undefined,

    async look({ path }) {
      const quietly = $({ nothrow: true, quiet: true, signal: AbortSignal.timeout(60_000) })
      const clusters = await quietly`${path} get clusters`
      if (!clusters.ok)
        throw new Refusal('kind does not say which clusters it has.', 'kind get clusters shows what is wrong')
      if (!clusters.stdout.split('\n').includes(NAME)) return ABSENT
      const nodes = (await quietly`${path} get nodes --name=${NAME}`).stdout.trim().split('\n').sort()
      const format =
        '{{.State.Running}} {{json .HostConfig.PortBindings}} {{.Config.Image}}{{range .Mounts}} {{.Destination}}{{end}}'
      const inspected = (await quietly`docker inspect --format ${format} ${nodes}`).stdout.trim().split('\n')
      const [, ports = '', image = '', ...mounts] = inspected[nodes.indexOf(CONTROL_PLANE)]?.split(' ') ?? []
      return {
        state: inspected.every((node) => node.startsWith('true ')) ? 'running' : 'stopped',
        facts: image.split('@')[0] ?? '',
        published: ports.includes(`"${port}/tcp"`),
        encrypted: mounts.includes(NODE_ENCRYPTION),
        nodes,
      }
    },

    create: (wanted) => [
      {
        argv: ['kind', 'create', 'cluster', `--name=${NAME}`, '--config=-', `--wait=${WAIT_SECONDS}s`],
        input: configuration(port, checkout, wanted),
      },
    ],

    start: ({ nodes }) => [
      { argv: ['docker', 'start', ...nodes] },
      {
        argv: ['docker', 'exec', CONTROL_PLANE, 'timeout', String(WAIT_SECONDS), 'sh', '-c', UNTIL_READY],
      },
      { argv: ['kind', 'export', 'kubeconfig', `--name=${NAME}`] },
    ],

    enable([addon]) {
      if (!addon) return []
      throw new Refusal(`kind has no addons of its own, so no ${addon}.`, INSTEAD[addon], 2)
    },
  }
}

const UNTIL_READY =
  'until kubectl --kubeconfig=/etc/kubernetes/admin.conf get --raw=/readyz >/dev/null 2>&1; do sleep 1; done'

/** What the makers of each offer in its place. */
const INSTEAD: Readonly<Record<Addon, string>> = {
  ingress: 'cloud-provider-kind serves Ingress and LoadBalancer: https://kind.sigs.k8s.io/docs/user/ingress/',
  'metrics-server': `helm upgrade --install metrics-server metrics-server --repo https://kubernetes-sigs.github.io/metrics-server --kube-context kind-${NAME} --namespace kube-system --set 'args={--kubelet-insecure-tls}'`,
  dashboard: `helm upgrade --install headlamp headlamp --repo https://kubernetes-sigs.github.io/headlamp --kube-context kind-${NAME} --namespace kube-system`,
  registry:
    'https://kind.sigs.k8s.io/docs/user/local-registry/ has the script that starts one beside the cluster',
}

function configuration(port: number, checkout: string, { nodes = 1, encryption }: NewCluster): string {
  const sources = { hostPath: checkout, containerPath: NODE_SOURCES }
  const config = {
    kind: 'Cluster',
    apiVersion: 'kind.x-k8s.io/v1alpha4',
    kubeadmConfigPatches: [stringify(ENCRYPTING)],
    nodes: [
      {
        role: 'control-plane',
        extraMounts: [sources, { hostPath: encryption, containerPath: NODE_ENCRYPTION, readOnly: true }],
        extraPortMappings: [{ containerPort: port, hostPort: port, listenAddress: '127.0.0.1' }],
      },
      ...Array.from({ length: nodes - 1 }, () => ({ role: 'worker', extraMounts: [sources] })),
    ],
  }
  return stringify(config, { aliasDuplicateObjects: false })
}

/**
 * The API server started with the encryption file, which is mounted into its pod. Without an apiVersion, kind fits the
 * patch to the one that the node's kubeadm reads.
 */
const ENCRYPTING = {
  kind: 'ClusterConfiguration',
  apiServer: {
    extraArgs: { 'encryption-provider-config': NODE_ENCRYPTION },
    extraVolumes: [
      {
        name: 'secrets-encryption',
        hostPath: NODE_ENCRYPTION,
        mountPath: NODE_ENCRYPTION,
        readOnly: true,
        pathType: 'File',
      },
    ],
  },
}
