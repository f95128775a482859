import { stringify } from 'yaml'
import type { InitScripts } from '../init-scripts.ts'
import { FOR_KUBERNETES } from '../manifest.ts'
import type { Service } from '../services.ts'
import { smokePod } from '../smoke.ts'
import { stack, type Writing } from '../stack.ts'
import { alternatives, END, type Variants } from './alternatives.ts'
import { hole, toTemplate } from './hole.ts'
import { merged } from './merge.ts'
import { type Json, together } from './parts.ts'
import { settingsAt, withHoles } from './stand-ins.ts'
import { POINTS, type Point } from './toggles.ts'

/** The file of the chart that holds the program of its test. In the rendered pod, its path stands in for it. */
export const JOURNEY = 'files/journey.txt'

/** https://helm.sh/docs/topics/charts_hooks/ */
const ONLY_FOR_HELM_TEST = {
  'helm.sh/hook': 'test',
  'helm.sh/hook-delete-policy': 'before-hook-creation,hook-succeeded',
  'helm.sh/hook-output-log-policy': 'hook-succeeded,hook-failed',
}

const FOR_HELM: Writing = {
  image: (name) => hole(`include "todo.image" (list . "${name}")`),
  digest: (text) => {
    const keys = text.split('\n').map((line) => `"${line.split('=')[0]}"`)
    return hole(`include "todo.digest" (list . ${keys.join(' ')})`)
  },
}

/** The templates of the whole stack, by their names: what `kubectl apply` would get, with the chart's values left open. */
export function stackTemplates(initScripts: InitScripts): ReadonlyMap<string, string> {
  const files = together(
    new Map(POINTS.map((point) => [point, objects(stack(settingsAt(point, initScripts), 'run', FOR_HELM))])),
  )
  if (!files) throw new Error('The stack has its files in no one order')
  return new Map([...files].map(([name, variants]) => [`${name}.yaml`, template(variants)]))
}

/** The pod of the smoke test, which `helm test` runs. */
export function testTemplate({ image }: Service): string {
  const pods = POINTS.map((point): [Point, Json] => {
    const pod = smokePod(settingsAt(point, {}), FOR_HELM.image(image), JOURNEY)
    pod.metadata = { ...pod.metadata, annotations: ONLY_FOR_HELM_TEST }
    return [point, plain(pod)]
  })
  // In a command of a pod, `$$` is a `$`.
  const journey = hole(`.Files.Get "${JOURNEY}" | replace "$" "$$"`)
  return toTemplate(withHoles(document(new Map(pods))).replaceAll(JOURNEY, () => journey))
}

/** The objects of each file, by kind and name. */
function objects(files: ReturnType<typeof stack>): Map<string, Map<string, Json>> {
  return new Map(
    [...files].map(([file, manifests]) => [
      file,
      new Map(manifests.map((manifest) => [`${manifest.kind} ${manifest.metadata?.name}`, plain(manifest)])),
    ]),
  )
}

function plain(manifest: { toJSON: () => unknown }): Json {
  return JSON.parse(JSON.stringify(manifest.toJSON())) as Json
}

function template(file: Variants<Map<string, Json>>): string {
  const documents = together(file)
  if (!documents) throw new Error('A file of the stack has its objects in no one order')
  const text = [...documents.values()]
    .map((variants) => conditional(variants, [...file.keys()], document))
    .join('')
  return toTemplate(withHoles(conditional(file, POINTS, () => text)))
}

/** Text under the condition that there is something of it at all. */
function conditional<Value>(
  variants: Variants<Value>,
  points: readonly Point[],
  write: (variants: Variants<Value>) => string,
): string {
  return alternatives([variants], points)
    .map(({ line, variants }) => (line ? `${line}\n${write(variants)}${END}\n` : write(variants)))
    .join('')
}

function document(variants: Variants<Json>): string {
  return `---\n${stringify(merged(variants), { ...FOR_KUBERNETES, commentString: (line) => line })}`
}
