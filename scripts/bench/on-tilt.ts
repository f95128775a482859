import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { $, which } from 'zx/core'
import { type NamedProgram, programs } from '../../k8s/services.ts'
import { WORKDIR } from '../../k8s/sources.ts'
import { loadSettings } from '../../lib/stack/settings-file.ts'
import { copyCheckout } from './copy.ts'
import { clusterAccess, contextLine, copyObstacle, ours, reach } from './in-cluster.ts'
import { startProgram } from './program.ts'
import type { Rig } from './rig.ts'
import type { SubjectOf } from './subject.ts'

/** Milliseconds: images may have to be built. */
const PATIENCE = 900_000

/** The same images and pods as `synced`, with Tilt's live_update in place of Skaffold's sync. */
export const tilt: SubjectOf = (rig) => ({
  name: 'tilt',
  obstacle: async () =>
    (await which('tilt', { nothrow: true }))
      ? copyObstacle(rig)
      : 'tilt is not on PATH → https://docs.tilt.dev/install.html',
  start: async () => {
    const { interrupted } = rig
    const running = programs(loadSettings(rig).settings)
    const { context, env } = await clusterAccess(rig)
    const copy = await copyCheckout(rig, contextLine(rig))
    const cwd = copy.folder
    const all = { ...copy.env, ...env, TILT_DISABLE_ANALYTICS: '1' }
    const inCopy = $({ quiet: true, cwd, env: { ...process.env, ...all }, signal: interrupted })
    symlinkSync(process.env.NODE_EXTRA_CA_CERTS || '/dev/null', join(cwd, 'docker', 'ca.pem'))
    writeFileSync(join(cwd, 'Tiltfile'), tiltfile(running, context))
    await inCopy`${process.execPath} --import tsx hooks/render.ts --profile synced`
    await inCopy`${process.execPath} --import tsx hooks/before-deploy.ts --profile synced`

    // Exec, as Skaffold does it: a copy through the Docker engine cannot enter a read-only root file system.
    const words = ['--stream', '--port=0', '--update-mode=exec', `--context=${context}`]
    const up = startProgram('tilt', ['tilt', 'up', ...words], { cwd, env: all })
    const stop = async () => {
      await up.stop()
      await $({ quiet: true, cwd, env: { ...process.env, ...all } })`tilt down --context=${context}`
    }
    // Not AbortSignal.timeout, which Node 20 forgets where only AbortSignal.any refers to it.
    const patience = new AbortController()
    const alarm = setTimeout(() => patience.abort(new Error('Tilt does not get the stack up')), PATIENCE)
    const given = AbortSignal.any([interrupted, up.gone, patience.signal])
    try {
      await available(rig, running.length)
    } catch (error) {
      const cause = given.aborted ? given.reason : error
      await stop()
      throw cause
    } finally {
      clearTimeout(alarm)
    }
    return reach(rig, 'tilt', cwd, { ...up, stop })
  },
})

/** Waits until so many Deployments of the stack are. */
async function available(rig: Rig, count: number): Promise<void> {
  const { kubectl } = await clusterAccess(rig)
  const words = ['get', 'deployments', ...ours(rig), '--output=jsonpath={.items[*].status.availableReplicas}']
  while ((await kubectl(words)).split(' ').filter(Boolean).length < count)
    await pause(500, undefined, { signal: rig.interrupted })
}

/** @returns a Tiltfile, https://docs.tilt.dev/api.html, that builds, deploys and syncs what skaffold.yaml's `synced` does */
function tiltfile(running: readonly NamedProgram[], context: string): string {
  const builds = running.map(({ image, directory, sources, build }) => {
    const syncs = sources.map((source) => {
      const [from, to] =
        source === '.' ? [directory, WORKDIR] : [`${directory}/${source}`, `${WORKDIR}/${source}`]
      return `sync('${from}', '${to}')`
    })
    const { target, args } = build.synced
    return `docker_build('${image}', '.', dockerfile='${build.dockerfile}', target='${target}',
  build_args=${JSON.stringify(args)}, secret=['id=ca,src=docker/ca.pem'], live_update=[${syncs.join(', ')}])`
  })
  return [
    `allow_k8s_contexts('${context}')`,
    'update_settings(max_parallel_updates=2)',
    "k8s_yaml([file for file in listdir('k8s/rendered') if file.endswith('.yaml')])",
    ...builds,
    '',
  ].join('\n')
}
