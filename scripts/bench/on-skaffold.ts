import { holdCheckout } from '../../lib/cluster/checkout-marker.ts'
import { CHECKOUT } from '../../lib/shell/state-folder.ts'
import { configFile, refreshConfig } from '../../lib/stack/skaffold-config.ts'
import { type Copy, copyCheckout, STOCK_RELOADERS, useStockSkaffold } from './copy.ts'
import { clusterAccess, clusterObstacle, contextLine, copyObstacle, reach } from './in-cluster.ts'
import { startProgram } from './program.ts'
import type { Rig } from './rig.ts'
import type { SubjectName, SubjectOf } from './subject.ts'

interface Loop {
  readonly words: readonly string[]
  readonly folder: string
  readonly env?: Readonly<Record<string, string>>
}

function onSkaffold(
  name: SubjectName,
  prepare: (rig: Rig) => Promise<Loop>,
  obstacle: (rig: Rig) => Promise<string | undefined>,
): SubjectOf {
  return (rig) => ({
    name,
    obstacle: () => obstacle(rig),
    start: async () => {
      const { context, env } = await clusterAccess(rig)
      const loop = await prepare(rig)
      const skaffold = startProgram(name, ['skaffold', ...loop.words, `--kube-context=${context}`], {
        cwd: loop.folder,
        env: { ...loop.env, ...env },
      })
      try {
        await skaffold.until(/Watching for changes/, 900, rig.interrupted)
      } catch (error) {
        await skaffold.stop()
        throw error
      }
      return reach(rig, name, loop.folder, skaffold)
    },
  })
}

async function inCopy(
  rig: Rig,
  settings: readonly string[] = [],
  change: (copy: Copy) => void = () => undefined,
): Promise<Loop> {
  const copy = await copyCheckout(rig, [...contextLine(rig), ...settings])
  change(copy)
  return { words: ['dev', '--profile=synced'], ...copy }
}

/** `skaffold dev` in this very checkout, whose sources the pods have mounted. */
export const mounted = onSkaffold(
  'mounted',
  async (rig) => {
    refreshConfig(rig)
    return { words: ['dev', '--filename', configFile(rig)], folder: CHECKOUT }
  },
  async (rig) => {
    const obstacle = await clusterObstacle(rig)
    if (obstacle) return obstacle
    const { kubectl } = await clusterAccess(rig)
    const nodes = await kubectl(['get', 'nodes', '--output=jsonpath={.items[*].metadata.name}'])
    return (await holdCheckout(nodes.trim().split(' ')))
      ? undefined
      : 'the nodes do not hold this checkout → npm run cluster -- down --delete, then up'
  },
)

/** `skaffold dev -p synced`. */
export const synced = onSkaffold('synced', (rig) => inCopy(rig), copyObstacle)

/** The same with what Skaffold and the servers do when nobody sets anything. */
export const stock = onSkaffold(
  'stock',
  (rig) => inCopy(rig, [STOCK_RELOADERS], useStockSkaffold),
  copyObstacle,
)
