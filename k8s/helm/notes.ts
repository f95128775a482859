import { bridge, page, publicUrl } from '../exposure.ts'
import type { Stack } from '../model/stack.ts'
import { namesOf } from '../names.ts'
import type { Settings } from '../settings.ts'
import { alike, alternatives, END } from './alternatives.ts'
import { hole, toTemplate } from './hole.ts'
import { settingsAt, withHoles } from './stand-ins.ts'
import { decisions, type Point } from './toggles.ts'

const namespace = hole('.Release.Namespace')
const release = `${hole('.Release.Name')} --namespace ${namespace}`

/** What Helm says after an installation. */
export function notes(stack: Stack): string {
  const { secret } = namesOf(stack)
  const stores = Object.entries(stack.services).flatMap(([name, { kind }]) =>
    kind === 'store' ? [name] : [],
  )
  const kept = `Its data stays, and Secret ${hole(`.Values.existingSecret | default "${secret}"`)}, which opens it.`
  const lines = [
    ...choice(stack, 'The page:       ', (settings) => publicUrl(settings, 'run', page(settings))),
    ...choice(stack, 'Meanwhile run:  ', (settings) => bridge(settings, 'run', page(settings))),
    `Test it:        helm test ${release}`,
    `Take it down:   helm uninstall ${release}`,
    ...stores.flatMap((name) => [hole(`- if .Values.${name}.storage`), kept, END]),
  ]
  return toTemplate(`${lines.join('\n')}\n`)
}

/** A line that says what follows from the values, where anything does. */
function choice(stack: Stack, title: string, tell: (settings: Settings) => string | undefined): string[] {
  const open = decisions(stack)
  const told = open.points.flatMap((point): [Point, string][] => {
    const text = tell(settingsAt(stack, point))?.replace(
      `-n ${namesOf(stack).namespace} `,
      `--namespace ${namespace} `,
    )
    return text ? [[point, withHoles(stack, text)]] : []
  })
  const lines = alternatives(alike(new Map(told)), open).flatMap(({ line = '', variants }) => [
    line,
    title + [...variants.values()][0],
  ])
  return [...lines, END]
}
