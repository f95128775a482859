import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { $ } from 'zx/core'
import type { Installer } from '../../../k8s/packages.ts'
import { RELOADER } from '../../../k8s/sources.ts'
import type { Kubectl } from '../../cluster/kubectl.ts'
import { readJson } from '../../shell/json.ts'
import type { Course } from '../course.ts'
import type { LoopEvent } from '../event.ts'
import { followPackages, type InstallResult, type Shared } from './follow.ts'

/** What k8s/model/program.ts says of an installer's last line. */
const answer = z.union([z.object({ packages: z.string() }), z.object({ error: z.string() })])

/**
 * Has the packages of the pods be those of the lock files on the disk, until the signal: at each save of one, and each time
 * that an installer is ready.
 *
 * @param kubectl of the namespace
 * @returns what has to hear of every event of the loop
 */
export function followInCluster(
  kubectl: Kubectl,
  installers: readonly Installer[],
  course: Course,
): (event: LoopEvent) => void {
  /** Installer → its pods that are ready: one that was evicted is told of for as long as it is there. */
  const ready = new Map<string, Set<string>>(installers.map(({ name }) => [name, new Set()]))
  const isReady = (name: string) => (ready.get(name)?.size ?? 0) > 0
  const again = new Map(
    installers.map((installer) => {
      const { name, directory, packages, programs } = installer
      const namesOf = (isDebugged: boolean) =>
        programs.filter(({ debugPort }) => (debugPort !== undefined) === isDebugged).map(({ name }) => name)
      const follow = (services: readonly string[], install: Shared['install']) => {
        const shared = { directory, files: packages.files, services, ready: () => isReady(name), install }
        return services.length > 0 ? [followPackages(shared, course)] : []
      }
      const each = [
        ...follow(namesOf(false), (files) => installIn(kubectl, installer, files)),
        ...follow(namesOf(true), keptOfImage()),
      ]
      const bring = () => {
        for (const begin of each) begin()
      }
      return [name, bring]
    }),
  )
  return (event) => {
    // Those who join hear what the others have heard.
    if (event.kind === 'joined')
      for (const { name, programs } of installers)
        if (programs.some((program) => event.members.some((member) => member.name === program.name)))
          again.get(name)?.()
    if (event.kind !== 'pod' && event.kind !== 'pod gone') return
    const { service } = event
    const wasReady = isReady(service)
    if (event.kind === 'pod' && event.ready) ready.get(service)?.add(event.pod)
    else ready.get(service)?.delete(event.pod)
    if (!wasReady && isReady(service)) again.get(service)?.()
  }
}

/** A debugger is in an image alone, whose packages are those that were there when the loop began. */
function keptOfImage(): Shared['install'] {
  let first: string | undefined
  return async (files): Promise<InstallResult> => {
    const present = [...files.values()].join('\n')
    first ??= present
    if (present === first) return {}
    return {
      error: 'a program with a debugger has those of its image',
      cure: 'npm run loop -- stop, then npm run dev -- --debug as before',
    }
  }
}

async function installIn(
  kubectl: Kubectl,
  { name, packages }: Installer,
  files: ReadonlyMap<string, Buffer>,
): Promise<InstallResult> {
  const folder = mkdtempSync(join(tmpdir(), 'packages-'))
  try {
    for (const [file, content] of files) writeFileSync(join(folder, file), content)
    // As the images have it from skaffold.yaml: the certificate of a TLS-inspecting proxy.
    const { NODE_EXTRA_CA_CERTS: authorities } = process.env
    if (authorities && existsSync(authorities)) cpSync(resolve(authorities), join(folder, 'ca.pem'))
    const archive = await $({ quiet: true })`tar -chf - -C ${folder} .`
    const words = ['exec', '--stdin', `deployment/${name}`, '--', ...packages.install(RELOADER)]
    const output = await kubectl(words, { input: archive.buffer(), timeout: '600s' })
    const last = output.trim().split('\n').at(-1) ?? ''
    return answer.safeParse(readJson(last)).data ?? { error: `${name} does not say what came of it: ${last}` }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
