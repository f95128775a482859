import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { namesOf } from '../../k8s/names.ts'
import { derivedValue } from '../../k8s/secret-keys.ts'
import { databaseOf } from '../../k8s/services.ts'
import type { SecretValues } from '../../k8s/settings.ts'
import { step } from '../../lib/host/step.ts'
import { loadSettings } from '../../lib/stack/settings-file.ts'
import { type Copy, copyCheckout, script, stackInCopy, stateOf, timeOf } from './copy.ts'
import type { BenchFigure } from './history.ts'
import { clusterAccess, contextLine } from './in-cluster.ts'
import { databaseAddress, HOST_SETTINGS } from './on-host.ts'
import type { Rig } from './rig.ts'

/** A host target that is up, for what is measured of it after its start. */
export interface HostStack {
  readonly figures: readonly BenchFigure[]
  readonly databaseUrl: string
  readonly stop: () => Promise<void>
}

/** `npm run up -- --target host` where everything is installed and built, with these lines of settings. */
export async function startOnHost(rig: Rig, settings: readonly string[] = []): Promise<HostStack> {
  const copy = await copyCheckout(rig, [...HOST_SETTINGS, ...settings])
  const own = ['--target', 'host', ...stackInCopy(rig)]
  const up = script('scripts/up.ts', ...own)
  const stop = async () => {
    await timeOf(copy, script('scripts/down.ts', ...own), new AbortController().signal)
  }
  await step('host: first up', () => timeOf(copy, up, rig.interrupted))
  await stop()
  const again = await step('host: second up', () => timeOf(copy, up, rig.interrupted))
  const figures = [{ what: 'up --target host, second time', samples: [again] }]
  return { figures, databaseUrl: databaseUrlOf(rig, copy), stop }
}

/** Of the database of the copy's stack; empty where it has none. */
export function databaseUrlOf(rig: Rig, copy: Copy): string {
  if (!rig.stack.database) return ''
  const secrets = readFileSync(join(stateOf(rig, copy), 'secrets.json'), 'utf8')
  const values = JSON.parse(secrets) as SecretValues
  const { settings } = loadSettings(rig)
  return derivedValue(settings, databaseOf(rig.stack).url, values, () => databaseAddress(rig)) ?? ''
}

/** What `skaffold run` costs where the images are built: from nothing, without a change, and the hooks' part in it. */
export async function startInCluster(rig: Rig): Promise<BenchFigure[]> {
  const copy = await copyCheckout(rig, contextLine(rig))
  const { context, kubectl, env } = await clusterAccess(rig)
  const skaffold = (command: string, signal = rig.interrupted) =>
    timeOf(copy, ['skaffold', command, `--kube-context=${context}`], signal, env)
  // So that no image is missing when it counts.
  await step('cluster: images', () => skaffold('build'))
  try {
    const first = await step('cluster: skaffold run, nothing there', () => skaffold('run'))
    const pods = await kubectl([
      'get',
      'pods',
      `--namespace=${namesOf(rig.stack).namespace}`,
      '--output=json',
    ])
    const again = await step('cluster: skaffold run, no change', () => skaffold('run'))
    const hooks = await step('cluster: the hooks alone', async () => {
      const samples: number[] = []
      for (let time = 0; time < 5; time++) {
        const render = await timeOf(copy, script('hooks/render.ts', '--profile', 'run'), rig.interrupted, env)
        const deploy = await timeOf(
          copy,
          script('hooks/before-deploy.ts', '--profile', 'run'),
          rig.interrupted,
          env,
        )
        samples.push(render + deploy)
      }
      return samples
    })
    return [
      { what: 'skaffold run, images cached', samples: [first] },
      { what: 'all pods Ready after apply (to the second)', samples: [readyAfter(pods)] },
      { what: 'skaffold run, no change', samples: [again] },
      { what: 'hooks of a run without a change, smoke excluded', samples: hooks },
    ]
  } finally {
    await step('cluster: skaffold delete', () => skaffold('delete', new AbortController().signal))
  }
}

interface PodList {
  readonly items: readonly {
    readonly metadata: { readonly creationTimestamp: string }
    readonly status: {
      readonly conditions?: readonly { type: string; status: string; lastTransitionTime: string }[]
    }
  }[]
}

/** From the first pod's creation to the last one's readiness, in milliseconds; the API tells whole seconds. */
export function readyAfter(list: string): number {
  const { items } = JSON.parse(list) as PodList
  const created = items.map(({ metadata }) => Date.parse(metadata.creationTimestamp))
  const ready = items.flatMap(({ status }) =>
    (status.conditions ?? []).flatMap(({ type, lastTransitionTime }) =>
      type === 'Ready' ? [Date.parse(lastTransitionTime)] : [],
    ),
  )
  return Math.max(...ready) - Math.min(...created)
}
