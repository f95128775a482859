import type { Addon } from '../../lib/cluster/addons.ts'
import type { Engine } from '../../lib/cluster/engine.ts'
import type { Provider, ProviderCluster, ProviderStep } from '../../lib/cluster/provider.ts'
import { Refusal } from '../../lib/shell/refusal.ts'

/** What a person asks of a cluster. */
export interface ClusterWishes {
  /** Undefined where no number was given. */
  readonly nodes: number | undefined
  readonly addons: readonly Addon[]
}

/** What `clusterPlan` decides from. */
export interface ClusterSettings extends ClusterWishes {
  readonly provider: Provider
  readonly cluster: ProviderCluster
  /** Undefined where the cluster is none of the engine's containers. */
  readonly engine: Engine | undefined
  /** The file that a new cluster encrypts Secrets by. */
  readonly encryption: string
}

/**
 * Decides which commands bring a cluster up as it was asked for.
 *
 * @returns the commands in their order; none when there is nothing to do
 * @throws Refusal when it cannot be had: the engine is too small, the cluster has another number of nodes, the provider
 *   has no such addon
 */
export function clusterPlan(settings: ClusterSettings): readonly ProviderStep[] {
  const { provider, cluster, nodes, addons } = settings
  const enabled = provider.enable(addons)
  if (cluster.state === 'absent') return [...provider.create(settings), ...enabled]
  if (nodes !== undefined && nodes !== cluster.nodes.length)
    throw new Refusal(
      `${provider.title} has ${counted(cluster.nodes.length)}, and ${nodes} ${nodes === 1 ? 'was' : 'were'} asked for.`,
      `npm run cluster -- down --delete (its data goes too), then up --nodes ${nodes}`,
    )
  return cluster.state === 'running' ? enabled : [...provider.start(cluster), ...enabled]
}

/** Like `1 node`, `3 nodes`. */
export function counted(nodes: number): string {
  return nodes === 1 ? '1 node' : `${nodes} nodes`
}
