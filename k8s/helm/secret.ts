import { stringify } from 'yaml'
import { Secret } from '../kubernetes.ts'
import { FOR_KUBERNETES } from '../manifest.ts'
import type { Stack } from '../model/stack.ts'
import { labels, namesOf } from '../names.ts'
import { derivedValue, inStack, secretKeys } from '../secret-keys.ts'
import { stores } from '../services.ts'
import type { Settings } from '../settings.ts'
import { dataClaim } from '../store.ts'
import { refusal } from './contradictions.ts'
import { hole, toTemplate } from './hole.ts'
import { settingsOfOwn, withHoles } from './stand-ins.ts'

/** 43 letters and digits have 256 bits. */
const NEW_VALUE = '(randAlphaNum 43 | b64enc)'

/** Finds something in every namespace of a cluster, and nothing where Helm renders without one. */
const IN_A_CLUSTER = '(lookup "v1" "ServiceAccount" .Release.Namespace "default")'

/**
 * The Secret that a release makes itself where it is told of none. As with `npm run secrets` each value is made once: what
 * the cluster has stays, and Helm leaves the Secret there when the release goes.
 */
export function secretTemplate(stack: Stack): string {
  // Of what is not ours only a person knows the values.
  const settings = settingsOfOwn(stack)
  const { secret: name, namespace } = namesOf(stack)
  const keys = secretKeys(settings)
  const generated = keys.filter(({ source }) => source === 'generated')
  const secret = new Secret({
    metadata: {
      name,
      namespace,
      labels: labels(stack, name, 'secrets'),
      annotations: { 'helm.sh/resource-policy': 'keep' },
    },
    type: 'Opaque',
    data: Object.fromEntries(
      keys.map(({ name, source }) => [
        name,
        hole(source === 'derived' ? derivation(settings, name) : `$${name}`),
      ]),
    ),
  })
  return [
    '{{- if .Values.existingSecret }}\n',
    refusal(
      `and ${IN_A_CLUSTER} (not (lookup "v1" "Secret" .Release.Namespace .Values.existingSecret))`,
      'The Secret that existingSecret names is not in this namespace.',
      'make it: npm run secrets — or let the chart make one: --set existingSecret=',
    ),
    '{{- else }}\n',
    `{{- $kept := (lookup "v1" "Secret" .Release.Namespace "${name}").data | default dict }}\n`,
    ...stores(settings)
      .filter(({ secrets = [] }) => keys.some((key) => key.opens && secrets.includes(key.name)))
      .map(({ name: store, component }) =>
        refusal(
          `and (lookup "v1" "PersistentVolumeClaim" .Release.Namespace "${dataClaim(store)}") (not $kept)`,
          `There is a ${component} from before in PersistentVolumeClaim ${dataClaim(store)}, but not the Secret ${name} that opens it.`,
          'put that Secret back, or delete the claim with its data',
        ),
      ),
    ...generated.map(({ name }) => `{{- $${name} := get $kept "${name}" | default ${NEW_VALUE} }}\n`),
    '---\n',
    toTemplate(stringify(withHoles(stack, secret), FOR_KUBERNETES)),
    '{{- end }}\n',
  ].join('')
}

/** The Go template expression of a value that follows from others, which are variables by then. */
function derivation(settings: Settings, name: string): string {
  // Around a name, this comes through the encoding of a URL.
  const marked = Object.fromEntries(Object.keys(settings.stack.secrets).map((key) => [key, `~${key}~`]))
  const text = derivedValue(settings, name, marked, inStack(settings)) ?? ''
  const used = [...text.matchAll(/~(\w+)~/g)].map(([, key]) => `(b64dec $${key})`)
  return `printf "${text.replace(/~\w+~/g, '%s')}" ${used.join(' ')} | b64enc`
}
