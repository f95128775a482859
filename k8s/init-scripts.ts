import type { IVolume } from 'kubernetes-models/v1/Volume'
import type { IVolumeMount } from 'kubernetes-models/v1/VolumeMount'
import { ConfigMap } from './kubernetes.ts'
import type { Manifest } from './manifest.ts'
import type { InitScripts } from './model/choices.ts'
import type { Problem } from './model/problem.ts'
import type { Settings, Stack } from './model/stack.ts'
import { labels, namesOf } from './names.ts'
import { type NamedStore, storesOf } from './services.ts'

/** https://kubernetes.io/docs/concepts/configuration/configmap/#motivation */
const MOST_BYTES = 2 ** 20
/** https://kubernetes.io/docs/concepts/configuration/configmap/#configmap-object */
const KEY = /^[-._a-zA-Z0-9]{1,253}$/

/** What brings the scripts into a store's pod; undefined where there are none. */
export interface Initialization {
  readonly configMap: Manifest
  readonly volume: IVolume
  readonly mount: IVolumeMount
  readonly command: readonly string[]
}

export function initialization(
  store: NamedStore,
  { stack, initScripts }: Settings,
): Initialization | undefined {
  if (!store.init || Object.keys(initScripts).length === 0) return undefined
  const name = `${stack.name}-${store.name}-init`
  return {
    configMap: new ConfigMap({
      metadata: { name, namespace: namesOf(stack).namespace, labels: labels(stack, name, store.component) },
      data: initScripts,
    }),
    volume: { name: 'init', configMap: { name } },
    mount: { name: 'init', mountPath: store.init.mounted, readOnly: true },
    command: store.init.command,
  }
}

/** @returns what of the scripts of this stack no ConfigMap can hold */
export function initScriptProblems(stack: Stack, scripts: InitScripts): Problem[] {
  const folder = storesOf(stack).find(({ init }) => init)?.init?.folder
  const misnamed = Object.keys(scripts).filter((name) => !KEY.test(name))
  const bytes = Object.entries(scripts).reduce((sum, entry) => sum + Buffer.byteLength(entry.join('')), 0)
  return [
    ...misnamed.map((name) => ({
      message: `${folder}/${name} has a name that no ConfigMap can hold.`,
      cure: 'rename it: letters, digits, dots, hyphens and underscores only',
    })),
    ...(bytes > MOST_BYTES
      ? [
          {
            message: `The scripts of ${folder} have ${Math.ceil(bytes / 1024)} KiB together, and the ConfigMap that brings them into the cluster holds 1024.`,
            cure: 'make them smaller, and load data into the running stack instead: npm run db -- restore',
          },
        ]
      : []),
  ]
}
