import type { InitScripts } from '../init-scripts.ts'
import { NAMESPACE, SECRET } from '../names.ts'
import { type Exposure, parseSettings, type Settings } from '../settings.ts'
import { hole } from './hole.ts'
import type { Point } from './toggles.ts'

/** Two numbers and a host that nothing else in the manifests is: they stand for values where there can be no hole. */
const REPLICAS = 71_993
const AUTOSCALE_UP_TO = 71_999
const HOST = 'public-url.invalid'

/** The settings of a point. Every text and number that the chart's values can be is a hole or a stand-in. */
export function settingsAt(point: Point, initScripts: InitScripts): Settings {
  const { settings } = parseSettings({}, {}, initScripts)
  if (!settings) throw new Error('The default settings do not parse')
  const external = {
    kind: 'external',
    baseUrl: hole('.Values.assistant.baseUrl'),
    model: hole('.Values.assistant.model'),
  } as const
  return {
    ...settings,
    database: point.postgres === 'yes' ? 'cluster' : 'external',
    assistant: point.externalModel === 'yes' ? external : { kind: 'stand-in' },
    logLevel: hole('.Values.logLevel'),
    exposure: point.expose as Exposure,
    publicUrl: point.publicUrl === 'yes' ? `http${point.https === 'yes' ? 's' : ''}://${HOST}` : undefined,
    replicas: REPLICAS,
    autoscaleUpTo: point.autoscaled === 'yes' ? AUTOSCALE_UP_TO : 0,
    limits: { cpu: hole('.Values.limits.cpu'), memory: hole('.Values.limits.memory') },
    storage: hole('.Values.postgres.storage'),
    networkPolicies: point.networkPolicies === 'yes',
    reminders: point.reminders === 'yes',
  }
}

/** Puts holes where YAML has a stand-in, or one of the model's constants that a release decides. */
export function withHoles(yaml: string): string {
  const found: readonly [RegExp, string][] = [
    [new RegExp(`https?://${HOST}`, 'g'), '.Values.publicUrl'],
    [new RegExp(HOST, 'g'), '(urlParse .Values.publicUrl).hostname'],
    [new RegExp(`(?<=: )${REPLICAS}$`, 'gm'), '.Values.replicas | int'],
    [new RegExp(`(?<=: )${AUTOSCALE_UP_TO}$`, 'gm'), '.Values.autoscaleUpTo | int'],
    [new RegExp(`(?<=^ *namespace: )${NAMESPACE}$`, 'gm'), '.Release.Namespace'],
    [new RegExp(`(?<=^ *secretName: )${SECRET}$`, 'gm'), `.Values.existingSecret | default "${SECRET}"`],
  ]
  return found.reduce((text, [what, expression]) => text.replace(what, hole(expression)), yaml)
}
