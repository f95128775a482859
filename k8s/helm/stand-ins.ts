import type { InitScripts } from '../model/choices.ts'
import type { Stack } from '../model/stack.ts'
import { namesOf } from '../names.ts'
import { type Exposure, parseSettings, type Settings } from '../settings.ts'
import { hole } from './hole.ts'
import type { Json } from './parts.ts'
import { isSwitch, type Point } from './toggles.ts'

/** Two numbers and a host that nothing else in the manifests is: they stand for values where there can be no hole. */
const REPLICAS = 71_993
const AUTOSCALE_UP_TO = 71_999
const HOST = 'public-url.invalid'
/** The file of the chart that holds the program of its test: in the rendered pod, its path stands for that. */
export const PROGRAM = 'files/smoke.txt'

/** The settings of a stack that has all of its services itself. */
export function settingsOfOwn(stack: Stack, initScripts: InitScripts = {}): Settings {
  const { settings } = parseSettings(stack, {}, {}, initScripts)
  if (!settings) throw new Error('The default settings do not parse')
  return settings
}

/**
 * The settings of a point. Every text and number that the chart's values can be is a hole or a stand-in.
 *
 * @param own those of the stack that has all of its services itself
 */
export function settingsAt(own: Settings, point: Point): Settings {
  const { stack } = own
  return {
    ...own,
    replaced: Object.keys(stack.services).filter((name) => point[name] === 'no'),
    own: ownAt(stack, point),
    exposure: point.expose as Exposure,
    publicUrl: point.address === 'none' ? undefined : `${point.address}://${HOST}`,
    replicas: REPLICAS,
    autoscaleUpTo: point.autoscaled === 'yes' ? AUTOSCALE_UP_TO : 0,
    limits: { cpu: hole('.Values.limits.cpu'), memory: hole('.Values.limits.memory') },
    storage: Object.fromEntries(
      Object.keys(stack.services).map((name) => [name, hole(`.Values.${name}.storage`)]),
    ),
    networkPolicies: point.networkPolicies === 'yes',
    collector: point.collector === 'yes' ? hole('.Values.otlpEndpoint') : undefined,
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

/** Plain data, with holes where there is a stand-in, or one of the model's constants that a release decides. */
export function withHoles(stack: Stack, manifest: unknown): Json {
  const { namespace, secret } = namesOf(stack)
  const stood = (key: string, value: unknown): unknown => {
    if (key === 'namespace' && value === namespace) return hole('.Release.Namespace')
    if (key === 'secretName' && value === secret) return hole(`.Values.existingSecret | default "${secret}"`)
    if (value === REPLICAS) return hole('.Values.replicas | int')
    if (value === AUTOSCALE_UP_TO) return hole('.Values.autoscaleUpTo | int')
    // In a command of a pod, `$$` is a `$`.
    if (value === PROGRAM) return hole(`.Files.Get "${PROGRAM}" | replace "$" "$$"`)
    return typeof value === 'string' ? withAddress(value) : value
  }
  return JSON.parse(JSON.stringify(manifest), stood) as Json
}

/** A text with holes where it has the address of the page. */
export function withAddress(text: string): string {
  return text
    .replaceAll(new RegExp(`https?://${HOST}`, 'g'), hole('.Values.publicUrl'))
    .replaceAll(HOST, hole('(urlParse .Values.publicUrl).hostname'))
}
