import { type Document, isMap, isScalar, isSeq, type Node, type Pair, parseDocument, visit } from 'yaml'
import type { Stack } from '../model/stack.ts'
import { namesOf } from '../names.ts'
import { type Artifact, artifacts, forwards } from './artifacts.ts'
import { anchors, bring, reanchor } from './bring.ts'

/** What differs for a stack that is not the one skaffold.yaml is written for; folders below the checkout, or absolute. */
export interface OwnPaths {
  /** That tells the stack, as `--stack` is given. */
  readonly folder: string
  /** Where its manifests are rendered. */
  readonly rendered: string
  /** Its Helm chart, and where values.yaml is. */
  readonly chart: string
  readonly values: string
}

/** How the file is written, so that what does not change has the same bytes. */
const STYLE = { lineWidth: 0, flowCollectionPadding: false }

/**
 * skaffold.yaml as a stack has it: its names, and the lists of artifacts, syncs and forwards. All else stays as it was
 * written by hand, comments and anchors too; where nothing differs, the bytes are the same.
 *
 * @param text the file as it is
 * @param elsewhere for another stack than the one that the file is written for
 * @param debug the services that a debugger may come to in the loop
 */
export function skaffoldConfig(
  text: string,
  stack: Stack,
  elsewhere?: OwnPaths,
  debug: readonly string[] = [],
): string {
  const document = parseDocument(text, { merge: true })
  const before = anchors(document)
  rename(document, stack)
  const profiles = document.get('profiles')
  const pipelines = [document.contents, ...(isSeq(profiles) ? profiles.items : [])]
  const lists = pipelines.flatMap((pipeline) => (isMap(pipeline) ? pipeline : []))
  for (const pipeline of lists) {
    const list = pipeline.getIn(['build', 'artifacts'], true)
    if (!isSeq(list)) continue
    const [pattern] = list.toJS(document) as Artifact[]
    const profile = pipeline === document.contents ? undefined : String(pipeline.get('name'))
    bring(document, list, artifacts(stack, profile, debug, pattern))
    reanchor(document, before)
  }
  document.set('portForward', bring(document, document.get('portForward', true) as Node, forwards(stack)))
  if (elsewhere) relocate(document, elsewhere)
  return document.toString(STYLE)
}

/** Puts the stack's name where the one of the file's is. */
function rename(document: Document, stack: Stack): void {
  const { namespace } = namesOf(stack)
  const old = String(document.getIn(['metadata', 'name']))
  const named: Readonly<Record<string, (value: unknown) => unknown>> = {
    defaultNamespace: () => namespace,
    image: (value) => String(value).replace(new RegExp(`^${old}-`), `${stack.name}-`),
    chartPath: () => `helm/${stack.name}`,
    'image.tag': () => `{{.IMAGE_TAG_${`${stack.name}_${stack.journey.image}`.replaceAll('-', '_')}}}`,
  }
  document.setIn(['metadata', 'name'], stack.name)
  eachPair(document, (key, { value }) => {
    const name = named[key]
    if (name && isScalar(value)) value.value = name(value.value)
    if (key !== 'releases' || !isSeq(value)) return
    for (const release of value.items)
      if (isMap(release)) {
        release.set('name', stack.name)
        release.set('namespace', namespace)
      }
  })
}

/** Tells each hook which stack it is for, and Skaffold where they write. */
function relocate(document: Document, { folder, rendered, chart, values }: OwnPaths): void {
  document.commentBefore = ` skaffold.yaml for the stack in ${folder}: written anew at each start.\n${document.commentBefore ?? ''}`
  eachPair(document, (key, pair) => {
    const { value } = pair
    if (key === 'rawYaml') pair.value = document.createNode([`${rendered}/*`])
    if (key === 'chartPath') pair.value = document.createNode(chart)
    if (key === 'valuesFiles') pair.value = document.createNode([`${values}/values.yaml`])
    if (key !== 'command' || !isSeq(value)) return
    const words = value.toJS(document) as string[]
    if (!words.some((word) => word.startsWith('hooks/'))) return
    for (const word of ['--stack', folder]) value.add(document.createNode(word))
  })
}

function eachPair(document: Document, change: (key: string, pair: Pair<Node, Node>) => void): void {
  visit(document, {
    Pair: (_, pair) => {
      if (isScalar(pair.key)) change(String(pair.key.value), pair as Pair<Node, Node>)
    },
  })
}
