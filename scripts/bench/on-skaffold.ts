import { holdCheckout } from '../../lib/cluster/checkout-marker.ts'
import { CHECKOUT } from '../../lib/shell/state-folder.ts'
import { loadSettings } from '../../lib/stack/settings-file.ts'
import { MEASURED } from './application.ts'
import { type Copy, copyCheckout, useStockReloaders, useStockSkaffold } from './copy.ts'
import { clusterAccess, clusterObstacle, reach } from './in-cluster.ts'
import { startProgram } from './program.ts'
import type { Subject } from './subject.ts'

interface Loop {
  readonly words: readonly string[]
  readonly folder: string
  readonly env?: Readonly<Record<string, string>>
}

function onSkaffold(
  name: Subject['name'],
  prepare: () => Promise<Loop>,
  obstacle: Subject['obstacle'],
): Subject {
  return {
    name,
    obstacle,
    start: async (interrupted) => {
      const { context, env } = await clusterAccess()
      const loop = await prepare()
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
      return reach(name, loop.folder, skaffold, interrupted)
    },
  }
}

async function inCopy(change: (copy: Copy) => void): Promise<Loop> {
  const { kubeContext } = loadSettings(MEASURED).settings
  const copy = await copyCheckout(kubeContext ? [`KUBE_CONTEXT=${kubeContext}`] : [])
  change(copy)
  return { words: ['dev', '--profile=synced'], ...copy }
}

/** `skaffold dev` in this very checkout, whose sources the pods have mounted. */
export const mounted = onSkaffold(
  'mounted',
  async () => ({ words: ['dev'], folder: CHECKOUT }),
  async () => {
    const obstacle = await clusterObstacle()
    if (obstacle) return obstacle
    const { kubectl } = await clusterAccess()
    const nodes = await kubectl(['get', 'nodes', '--output=jsonpath={.items[*].metadata.name}'])
    return (await holdCheckout(nodes.trim().split(' ')))
      ? undefined
      : 'the nodes do not hold this checkout → npm run cluster -- down --delete, then up'
  },
)

/** `skaffold dev -p synced`. */
export const synced = onSkaffold('synced', () => inCopy(() => undefined), clusterObstacle)

/** The same with what Skaffold and the servers do when nobody sets anything. */
export const stock = onSkaffold(
  'stock',
  () =>
    inCopy((copy) => {
      useStockReloaders(copy)
      useStockSkaffold(copy)
    }),
  clusterObstacle,
)
