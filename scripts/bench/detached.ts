import { join } from 'node:path'
import { holdCheckout } from '../../lib/cluster/checkout-marker.ts'
import { answerTo, socketOf } from '../../lib/loop/session/client.ts'
import { status, waited } from '../../lib/loop/session/questions.ts'
import { Refusal } from '../../lib/shell/refusal.ts'
import { runSql } from './api.ts'
import { type Copy, copyCheckout, script, stackInCopy, stateOf, timeOf } from './copy.ts'
import { clusterAccess, contextLine, reach } from './in-cluster.ts'
import { HOST_SETTINGS, hostAddress } from './on-host.ts'
import type { Rig } from './rig.ts'
import { databaseUrlOf } from './start-times.ts'
import type { RunningSubject } from './subject.ts'

/** Seconds. */
const PATIENCE = 300

/** `npm run dev -- --detach` in a copy, which can be asked. */
export interface DetachedLoop extends RunningSubject {
  /** Milliseconds of its start, until all was Ready and the smoke test had passed. */
  readonly took: number
  /** Ends when the present content of a file, below the copy, is what is served. @throws Error with the reason where it is not */
  readonly served: (file: string) => Promise<void>
  /** For programs that ask it. */
  readonly env: NodeJS.ProcessEnv
  /** Ends when all is healthy. */
  readonly rest: () => Promise<void>
}

/** @throws Refusal, ProcessOutput when it does not come up; nothing of it is left then */
export async function startDetached(rig: Rig, target: 'host' | 'cluster'): Promise<DetachedLoop> {
  const isOnHost = target === 'host'
  const { copy, remove } = isOnHost
    ? { copy: await copyCheckout(rig, HOST_SETTINGS), remove: async () => undefined }
    : await copyForCluster(rig)
  const env = isOnHost ? {} : (await clusterAccess(rig)).env
  const words = stackInCopy(rig)
  const end = () =>
    timeOf(copy, script('scripts/loop.ts', 'stop', ...words), new AbortController().signal, env)
  const stop = async () => {
    try {
      if (isOnHost && rig.measures.moves) await runSql(databaseUrlOf(rig, copy), rig.measures.moves.undo)
    } finally {
      await end()
      await remove()
    }
  }
  let took: number
  try {
    took = await timeOf(
      copy,
      script('scripts/dev.ts', '--target', target, '--detach', ...words),
      rig.interrupted,
      env,
    )
  } catch (error) {
    await end().catch(() => undefined)
    await remove()
    throw error
  }
  const socket = socketOf(stateOf(rig, copy))
  const wait = async (served: string[]) => {
    const answer = await answerTo(
      socket,
      { ask: 'wait', served, healthy: served.length === 0, timeout: PATIENCE },
      rig.interrupted,
    )
    const { outcome, message, cure } = waited.parse(answer)
    if (outcome !== 'yes') throw new Refusal(message, cure ?? 'npm run bench -- --only moves, once more')
  }
  const asked = {
    took,
    env: { ...copy.env, ...env },
    served: (file: string) => wait([join(copy.folder, file)]),
    rest: () => wait([]),
  }
  if (isOnHost) {
    const addressOf = (service: string) => hostAddress(rig, service)
    return { ...asked, folder: copy.folder, addressOf, origin: addressOf(rig.measures.page), stop }
  }
  const running = await reach(rig, 'loop', copy.folder, { stop })
  const { links } = status.parse(await answerTo(socket, { ask: 'status' }))
  // What the loop forwards stays open while pods come and go.
  return { ...asked, ...running, addressOf: (service) => links[service] ?? running.addressOf(service) }
}

/** The sources of pods are mounted where the node holds this checkout: a copy then takes its place there, as in tests. */
async function copyForCluster(rig: Rig): Promise<{ copy: Copy; remove: () => Promise<void> }> {
  const { kubectl } = await clusterAccess(rig)
  const nodes = await kubectl(['get', 'nodes', '--output=jsonpath={.items[*].metadata.name}'])
  const settings = contextLine(rig)
  if (!(await holdCheckout(nodes.trim().split(' '))))
    return { copy: await copyCheckout(rig, settings), remove: async () => undefined }
  // It looks for the tools of a cluster as soon as it is imported.
  const { mountedCopy } = await import('../../tests/cluster/mounted-copy.ts')
  const { folder, state, settings: write, remove } = await mountedCopy()
  await write(...settings)
  return { copy: { folder, env: { XDG_STATE_HOME: state, TODO_ENV_FILE: '' } }, remove }
}
