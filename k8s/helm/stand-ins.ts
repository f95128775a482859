import type { InitScripts, Stack } from '../model/stack.ts'
import { namesOf } from '../names.ts'
import { type Exposure, parseSettings, type Settings } from '../settings.ts'
import { hole } from './hole.ts'
import { isSwitch, type Point } from './toggles.ts'

/** Two numbers and a host that nothing else in the manifests is: they stand for values where there can be no hole. */
const REPLICAS = 71_993
const AUTOSCALE_UP_TO = 71_999
const HOST = 'public-url.invalid'

/** The settings of a stack that has all of its services itself. */
export function settingsOfOwn(stack: Stack, initScripts: InitScripts = {}): Settings {
  const { settings } = parseSettings(stack, {}, {}, initScripts)
  if (!settings) throw new Error('The default settings do not parse')
  return settings
}

/** The settings of a point. Every text and number that the chart's values can be is a hole or a stand-in. */
export function settingsAt(stack: Stack, point: Point, initScripts: InitScripts = {}): Settings {
  return {
    ...settingsOfOwn(stack, initScripts),
    replaced: Object.keys(stack.services).filter((name) => point[name] === 'no'),
    own: ownAt(stack, point),
    exposure: point.expose as Exposure,
    publicUrl: point.publicUrl === 'yes' ? `http${point.https === 'yes' ? 's' : ''}://${HOST}` : undefined,
    replicas: REPLICAS,
    autoscaleUpTo: point.autoscaled === 'yes' ? AUTOSCALE_UP_TO : 0,
    limits: { cpu: hole('.Values.limits.cpu'), memory: hole('.Values.limits.memory') },
    storage: Object.fromEntries(
      Object.keys(stack.services).map((name) => [name, hole(`.Values.${name}.storage`)]),
    ),
    networkPolicies: point.networkPolicies === 'yes',
  }
}

/** What the chart says about the stack itself; an empty value of a release is the setting's fallback. */
function ownAt({ settings }: Stack, point: Point): Record<string, string> {
  const at = (name: string, { fallback, value }: Stack['settings'][string]) => {
    if (!value) return fallback
    if (isSwitch(value.schema)) return point[name] === 'yes' ? 'on' : 'off'
    return hole(`.Values.${value.path}`)
  }
  return Object.fromEntries(Object.entries(settings).map(([name, setting]) => [name, at(name, setting)]))
}

/** Puts holes where YAML has a stand-in, or one of the model's constants that a release decides. */
export function withHoles(stack: Stack, yaml: string): string {
  const { namespace, secret } = namesOf(stack)
  const found: readonly [RegExp, string][] = [
    [new RegExp(`https?://${HOST}`, 'g'), '.Values.publicUrl'],
    [new RegExp(HOST, 'g'), '(urlParse .Values.publicUrl).hostname'],
    [new RegExp(`(?<=: )${REPLICAS}$`, 'gm'), '.Values.replicas | int'],
    [new RegExp(`(?<=: )${AUTOSCALE_UP_TO}$`, 'gm'), '.Values.autoscaleUpTo | int'],
    [new RegExp(`(?<=^ *namespace: )${namespace}$`, 'gm'), '.Release.Namespace'],
    [new RegExp(`(?<=^ *secretName: )${secret}$`, 'gm'), `.Values.existingSecret | default "${secret}"`],
  ]
  return found.reduce((text, [what, expression]) => text.replace(what, hole(expression)), yaml)
}
