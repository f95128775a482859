import { bridge, page, publicUrl } from '../exposure.ts'
import type { Stack } from '../model/stack.ts'
import { namesOf } from '../names.ts'
import type { Settings } from '../settings.ts'
import { choice } from './choice.ts'
import { hole, toTemplate } from './hole.ts'
import { settingsAt, settingsOfOwn, withAddress } from './stand-ins.ts'
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
  return toTemplate(
    [
      choiceOf(stack, 'The page:       ', (settings) => publicUrl(settings, 'run', page(settings))),
      choiceOf(stack, 'Meanwhile run:  ', (settings) => bridge(settings, 'run', page(settings))),
      `Test it:        helm test ${release}\n`,
      `Take it down:   helm uninstall ${release}\n`,
      ...stores.map((name) => `${hole(`- if .Values.${name}.storage`)}\n${kept}\n${hole('- end')}\n`),
    ].join(''),
  )
}

/** A line that says what follows from the values, where anything does. */
function choiceOf(stack: Stack, title: string, tell: (settings: Settings) => string | undefined): string {
  const open = decisions(stack)
  const own = settingsOfOwn(stack)
  const texts = open.points.flatMap((point): [Point, string][] => {
    const text = tell(settingsAt(own, point))
    return text ? [[point, withAddress(text.replace(`-n ${stack.name} `, `--namespace ${namespace} `))]] : []
  })
  return choice(new Map(texts), open, (alike) => `${title}${[...alike.values()][0]}\n`)
}
