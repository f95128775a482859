import { stringify } from 'yaml'
import { FOR_KUBERNETES } from '../manifest.ts'
import { type Manifests, manifests, type Writing } from '../manifests.ts'
import type { InitScripts, Stack } from '../model/stack.ts'
import { smokePod } from '../smoke.ts'
import { alternatives, END, type Variants } from './alternatives.ts'
import { hole, toTemplate } from './hole.ts'
import { merged } from './merge.ts'
import { type Json, together } from './parts.ts'
import { settingsAt, withHoles } from './stand-ins.ts'
import { type Decisions, decisions, type Point } from './toggles.ts'

/** The file of the chart that holds the program of its test. In the rendered pod, its path stands in for it. */
export const JOURNEY = 'files/journey.txt'

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
      const keys = text.split('\n').map((line) => `"${line.split('=')[0]}"`)
      return hole(`include "${stack}.digest" (list . ${keys.join(' ')})`)
    },
  }
}

/** The templates of the whole stack, by their names: what `kubectl apply` would get, with the chart's values left open. */
export function stackTemplates(stack: Stack, initScripts: InitScripts): ReadonlyMap<string, string> {
  const open = decisions(stack)
  const at = (point: Point) => manifests(settingsAt(stack, point, initScripts), 'run', forHelm(stack))
  const files = together(new Map(open.points.map((point) => [point, objects(at(point))])))
  if (!files) throw new Error('The stack has its files in no one order')
  return new Map([...files].map(([name, variants]) => [`${name}.yaml`, template(stack, variants, open)]))
}

/** The pod of the smoke test, which `helm test` runs. */
export function testTemplate(stack: Stack): string {
  const open = decisions(stack)
  const image = forHelm(stack).image(`${stack.name}-${stack.journey.image}`)
  const pods = open.points.map((point): [Point, Json] => {
    const pod = smokePod(settingsAt(stack, point), image, JOURNEY)
    pod.metadata = { ...pod.metadata, annotations: ONLY_FOR_HELM_TEST }
    return [point, plain(pod)]
  })
  // In a command of a pod, `$$` is a `$`.
  const journey = hole(`.Files.Get "${JOURNEY}" | replace "$" "$$"`)
  return toTemplate(withHoles(stack, document(new Map(pods), open)).replaceAll(JOURNEY, () => journey))
}

/** The objects of each file, by kind and name. */
function objects(files: Manifests): Map<string, Map<string, Json>> {
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

function template(stack: Stack, file: Variants<Map<string, Json>>, open: Decisions): string {
  const documents = together(file)
  if (!documents) throw new Error('A file of the stack has its objects in no one order')
  const text = [...documents.values()]
    .map((variants) =>
      conditional(variants, { ...open, points: [...file.keys()] }, (known) => document(known, open)),
    )
    .join('')
  return toTemplate(
    withHoles(
      stack,
      conditional(file, open, () => text),
    ),
  )
}

/** Text under the condition that there is something of it at all. */
function conditional<Value>(
  variants: Variants<Value>,
  open: Decisions,
  write: (variants: Variants<Value>) => string,
): string {
  return alternatives([variants], open)
    .map(({ line, variants }) => (line ? `${line}\n${write(variants)}${END}\n` : write(variants)))
    .join('')
}

function document(variants: Variants<Json>, { toggles }: Decisions): string {
  return `---\n${stringify(merged(variants, toggles), { ...FOR_KUBERNETES, commentString: (line) => line })}`
}
