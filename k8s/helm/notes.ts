import { bridge, page, publicUrl } from '../exposure.ts'
import { NAMESPACE, SECRET } from '../names.ts'
import type { Settings } from '../settings.ts'
import { alike, alternatives, END } from './alternatives.ts'
import { hole, toTemplate } from './hole.ts'
import { settingsAt, withHoles } from './stand-ins.ts'
import { POINTS, type Point } from './toggles.ts'

const namespace = hole('.Release.Namespace')
const release = `${hole('.Release.Name')} --namespace ${namespace}`

/** What Helm says after an installation. */
export function notes(): string {
  const lines = [
    ...choice('The page:       ', (settings) => publicUrl(settings, 'run', page(settings))),
    ...choice('Meanwhile run:  ', (settings) => bridge(settings, 'run', page(settings))),
    `Test it:        helm test ${release}`,
    `Take it down:   helm uninstall ${release}`,
    hole('- if .Values.postgres.storage'),
    `Its data stays, and Secret ${hole(`.Values.existingSecret | default "${SECRET}"`)}, which opens it.`,
    END,
  ]
  return toTemplate(`${lines.join('\n')}\n`)
}

/** A line that says what follows from the values, where anything does. */
function choice(title: string, tell: (settings: Settings) => string | undefined): string[] {
  const told = POINTS.flatMap((point): [Point, string][] => {
    const text = tell(settingsAt(point, {}))?.replace(`-n ${NAMESPACE} `, `--namespace ${namespace} `)
    return text ? [[point, withHoles(text)]] : []
  })
  const lines = alternatives(alike(new Map(told)), POINTS).flatMap(({ line = '', variants }) => [
    line,
    title + [...variants.values()][0],
  ])
  return [...lines, END]
}
