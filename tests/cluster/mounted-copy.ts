import { spawnSync } from 'node:child_process'
import { chmod, mkdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { $ } from 'zx/core'
import { NODE_SOURCES } from '../../k8s/sources.ts'
import { CHECKOUT } from '../../lib/shell/state-folder.ts'
import { CONTEXT } from './cluster.ts'
import { type Copy, copyCheckout } from './copy.ts'

const FOLDER = join(CHECKOUT, '.copies')
/** Minikube's docker driver names the node's container like the context. */
const NODE = CONTEXT

/**
 * A copy of this checkout that the cluster's node has in place of the original, so that pods mount the copy's sources.
 * The node holds this checkout and nothing else of this machine: the copy has to be inside. One at a time.
 *
 * @throws Error when the node does not hold this checkout
 */
export async function mountedCopy(): Promise<Copy> {
  unmount()
  await rm(FOLDER, { recursive: true, force: true })
  await mkdir(FOLDER)
  const copy = await copyCheckout(FOLDER)
  // The programs in the pods run as somebody else.
  await chmod(copy.folder, 0o755)
  process.once('exit', unmount)
  const seen = `${NODE_SOURCES}/${basename(FOLDER)}/${basename(copy.folder)}`
  await $({ quiet: true })`docker exec ${NODE} mount --bind ${seen} ${NODE_SOURCES}`
  return {
    ...copy,
    remove: async () => {
      await copy.remove()
      unmount()
      process.off('exit', unmount)
      await rm(FOLDER, { recursive: true, force: true })
    },
  }
}

/** Gives the node the original back, whatever earlier runs have left there. Synchronous: it is the exit's too. */
function unmount(): void {
  const script = `while [ "$(grep -c ' ${NODE_SOURCES} ' /proc/self/mounts)" -gt 1 ]; do umount ${NODE_SOURCES} || exit 1; done`
  const { status, stderr } = spawnSync('docker', ['exec', NODE, 'sh', '-c', script], { encoding: 'utf8' })
  if (status !== 0) console.error(`The node still has a copy at ${NODE_SOURCES}: ${stderr.trim()}`)
}
