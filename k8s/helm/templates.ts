import { stringify } from 'yaml'
import { FOR_KUBERNETES, type Manifest } from '../manifest.ts'
import { manifests, type Writing } from '../manifests.ts'
import type { InitScripts } from '../model/choices.ts'
import type { Settings, Stack } from '../model/stack.ts'
import { smokePod } from '../smoke.ts'
import { choice } from './choice.ts'
import { hole, toTemplate } from './hole.ts'
import { merged } from './merge.ts'
import { type Json, partsOf, type Variants } from './parts.ts'
import { PROGRAM, settingsAt, settingsOfOwn, withHoles } from './stand-ins.ts'
import { decisions } from './toggles.ts'

/** https://helm.sh/docs/topics/charts_hooks/ */
const ONLY_FOR_HELM_TEST = {
  'helm.sh/hook': 'test',
  'helm.sh/hook-delete-policy': 'before-hook-creation,hook-succeeded',
  'helm.sh/hook-output-log-policy': 'hook-succeeded,hook-failed',
}

function forHelm({ name: stack }: Stack): Writing {
  return {
    image: (name) => hole(`include "${stack}.image" (list . "${name}")`),
    digest: (text) => {
      const keys = text
        .split('\n')
        .filter(Boolean)
        .map((line) => `"${line.split('=')[0]}"`)
      return hole(`include "${stack}.digest" (list ${['.', ...keys].join(' ')})`)
    },
  }
}

/**
 * The templates of the whole stack and of its smoke test, by their names: what `kubectl apply` would get, with the chart's
 * values left open. Of files, objects and what is in them, what is the same for all values stands there once.
 */
export function templates(stack: Stack, initScripts: InitScripts): ReadonlyMap<string, string> {
  const open = decisions(stack)
  const { points, toggles } = open
  const yaml = (value: Json) => stringify(withHoles(stack, value), FOR_KUBERNETES)
  const object = (variants: Variants) => `---\n${merged(variants, toggles, yaml)}`
  const file = (variants: Variants) =>
    [...parts(variants).values()]
      .map((part) => choice(part, { points: [...variants.keys()], toggles }, object))
      .join('')
  const own = settingsOfOwn(stack, initScripts)
  const known = new Map<string, Json>()
  const all = new Map(points.map((point) => [point, objects(stack, settingsAt(own, point), known)]))
  return new Map(
    [...parts(all)].map(([name, part]) => [`${name}.yaml`, toTemplate(choice(part, open, file))]),
  )
}

function parts(variants: Variants) {
  const all = partsOf(variants)
  if (!all) throw new Error('The stack has its files, or a file its objects, in no one order')
  return all
}

/**
 * The objects of each file, by kind and name.
 *
 * @param known those that there are already, by their text: what is equal is one object
 */
function objects(stack: Stack, settings: Settings, known: Map<string, Json>): Json {
  const writing = forHelm(stack)
  const smoke = smokePod(settings, writing.image(`${stack.name}-${stack.journey.image}`), PROGRAM)
  smoke.metadata = { ...smoke.metadata, annotations: ONLY_FOR_HELM_TEST }
  const files = new Map([...manifests(settings, 'run', writing), ['tests/smoke', [smoke]]])
  const shared = (manifest: Manifest) => {
    const text = JSON.stringify(manifest)
    const object = known.get(text) ?? (JSON.parse(text) as Json)
    known.set(text, object)
    return object
  }
  const byName = (manifests: readonly Manifest[]) =>
    Object.fromEntries(
      manifests.map((manifest) => [`${manifest.kind} ${manifest.metadata?.name}`, shared(manifest)]),
    )
  return Object.fromEntries([...files].map(([file, manifests]) => [file, byName(manifests)]))
}
