import { holdCheckout } from '../../lib/cluster/checkout-marker.ts'
import { CHECKOUT } from '../../lib/shell/state-folder.ts'
import { configFile, refreshConfig } from '../../lib/stack/skaffold-config.ts'
import { type Copy, copyCheckout, STOCK_RELOADERS, useStockSkaffold } from './copy.ts'
import { clusterAccess, clusterObstacle, contextLine, copyObstacle, reach } from './in-cluster.ts'
import type { Measured } from './measured.ts'
import { startProgram } from './program.ts'
import type { SubjectName, SubjectOf } from './subject.ts'

interface Loop {
  readonly words: readonly string[]
  readonly folder: string
  readonly env?: Readonly<Record<string, string>>
}

function onSkaffold(
  name: SubjectName,
  prepare: (measured: Measured) => Promise<Loop>,
  obstacle: (measured: Measured) => Promise<string | undefined>,
): SubjectOf {
  return (measured) => ({
    name,
    obstacle: () => obstacle(measured),
    start: async (interrupted) => {
      const { context, env } = await clusterAccess(measured)
      const loop = await prepare(measured)
      const skaffold = startProgram(name, ['skaffold', ...loop.words, `--kube-context=${context}`], {
        cwd: loop.folder,
        env: { ...loop.env, ...env },
      })
      try {
        await skaffold.until(/Watching for changes/, 900, interrupted)
      } catch (error) {
        await skaffold.stop()
        throw error
      }
      return reach(measured, name, loop.folder, skaffold, interrupted)
    },
  })
}

async function inCopy(
  measured: Measured,
  settings: readonly string[] = [],
  change: (copy: Copy) => void = () => undefined,
): Promise<Loop> {
  const copy = await copyCheckout(measured, [...contextLine(measured), ...settings])
  change(copy)
  return { words: ['dev', '--profile=synced'], ...copy }
}

/** `skaffold dev` in this very checkout, whose sources the pods have mounted. */
export const mounted = onSkaffold(
  'mounted',
  async (measured) => {
    refreshConfig(measured)
    return { words: ['dev', '--filename', configFile(measured)], folder: CHECKOUT }
  },
  async (measured) => {
    const obstacle = await clusterObstacle(measured)
    if (obstacle) return obstacle
    const { kubectl } = await clusterAccess(measured)
    const nodes = await kubectl(['get', 'nodes', '--output=jsonpath={.items[*].metadata.name}'])
    return (await holdCheckout(nodes.trim().split(' ')))
      ? undefined
      : 'the nodes do not hold this checkout → npm run cluster -- down --delete, then up'
  },
)

/** `skaffold dev -p synced`. */
export const synced = onSkaffold('synced', (measured) => inCopy(measured), copyObstacle)

/** The same with what Skaffold and the servers do when nobody sets anything. */
export const stock = onSkaffold(
  'stock',
  (measured) => inCopy(measured, [STOCK_RELOADERS], useStockSkaffold),
  copyObstacle,
)
