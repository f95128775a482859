import { ConfigMap } from 'kubernetes-models/v1/ConfigMap'
import type { IVolume } from 'kubernetes-models/v1/Volume'
import type { Manifest } from './manifest.ts'
import { labels, NAMESPACE } from './names.ts'
import { postgres } from './services.ts'
import type { Settings } from './settings.ts'

const CONFIG_MAP = 'todo-postgres-init'

/** Where the official image looks for them. */
export const initScriptsMount = { name: 'init', mountPath: '/docker-entrypoint-initdb.d', readOnly: true }
export const initScriptsVolume: IVolume = { name: 'init', configMap: { name: CONFIG_MAP } }

export function hasInitScripts({ initScripts }: Settings): boolean {
  return Object.keys(initScripts).length > 0
}

export function initScriptsConfigMap({ initScripts }: Settings): Manifest {
  return new ConfigMap({
    metadata: { name: CONFIG_MAP, namespace: NAMESPACE, labels: labels(CONFIG_MAP, postgres.component) },
    data: initScripts,
  })
}
