import { join } from 'node:path'
import { $ } from 'zx/core'
import type { NamedProgram } from '../../../k8s/services.ts'
import type { Kubectl } from '../../cluster/kubectl.ts'
import { CHECKOUT } from '../../shell/state-folder.ts'
import type { Contents, Difference } from './difference.ts'

/** @returns the names of a service's pods whose program runs; not those on their way out */
export async function runningPods(kubectl: Kubectl, { name }: NamedProgram): Promise<string[]> {
  const words = ['pods', `--selector=app.kubernetes.io/name=${name}`, '-o', 'json']
  const { items } = JSON.parse(await kubectl(['get', ...words])) as { items: Pod[] }
  return items
    .filter(({ metadata, status }) => !metadata.deletionTimestamp && status.phase === 'Running')
    .map(({ metadata }) => metadata.name)
}

interface Pod {
  metadata: { name: string; deletionTimestamp?: string }
  status: { phase: string }
}

/** The files of a service's source folders as its program in this pod sees them. */
export async function inPod(kubectl: Kubectl, pod: string, service: NamedProgram): Promise<Contents> {
  const listing = ['-type', 'f', '-not', '-path', '*/__pycache__/*', '-exec', 'sha256sum', '{}', '+']
  const output = await kubectl(execute(pod, service, ['find', ...service.sources, ...listing]))
  return new Map(
    output
      .split('\n')
      .filter(Boolean)
      .map((line) => [join(line.slice(66)), line.slice(0, 64)]),
  )
}

/** Copies and removes files as Skaffold would, which keeps what runs there running. */
export async function mend(
  kubectl: Kubectl,
  pod: string,
  service: NamedProgram,
  { copy, remove }: Difference,
) {
  if (remove.length > 0) await kubectl(execute(pod, service, ['rm', '-f', '--', ...remove]))
  if (copy.length === 0) return
  const folder = join(CHECKOUT, service.directory)
  const archive = await $({ quiet: true })`tar -cf - -C ${folder} -- ${copy}`
  // Modification times of now: the reloaders compare them.
  await kubectl(execute(pod, service, ['tar', '-xmf', '-', '--no-same-owner'], '--stdin'), {
    input: archive.buffer(),
  })
}

function execute(pod: string, { name }: NamedProgram, command: string[], ...flags: string[]): string[] {
  return ['exec', ...flags, pod, `--container=${name}`, '--', ...command]
}
