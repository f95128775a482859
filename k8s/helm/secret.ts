import { Secret } from 'kubernetes-models/v1/Secret'
import { DATA_CLAIM } from '../database.ts'
import { toYaml } from '../manifest.ts'
import { labels, NAMESPACE, SECRET } from '../names.ts'
import { databaseUrl, secretKeys } from '../secret-keys.ts'
import { postgres } from '../services.ts'
import type { Settings } from '../settings.ts'
import { refusal } from './contradictions.ts'
import { hole, toTemplate } from './hole.ts'
import { withHoles } from './stand-ins.ts'

/** 43 letters and digits have 256 bits. */
const NEW_VALUE = '(randAlphaNum 43 | b64enc)'

/** Finds something in every namespace of a cluster, and nothing where Helm renders without one. */
const IN_A_CLUSTER = '(lookup "v1" "ServiceAccount" .Release.Namespace "default")'

/**
 * The Secret that a release makes itself where it is told of none. As with `npm run secrets` each value is made once: what
 * the cluster has stays, and Helm leaves the Secret there when the release goes.
 *
 * @param settings without an external database or model, whose values only a person knows
 */
export function secretTemplate(settings: Settings): string {
  const keys = secretKeys(settings)
  const generated = keys.filter(({ source }) => source === 'generated')
  const url = databaseUrl('PASSWORD', `${postgres.name}:${postgres.port}`).replace('PASSWORD', '%s')
  const derived = `printf "${url}" (b64dec $POSTGRES_PASSWORD) | b64enc`
  const secret = new Secret({
    metadata: {
      name: SECRET,
      namespace: NAMESPACE,
      labels: labels(SECRET, 'secrets'),
      annotations: { 'helm.sh/resource-policy': 'keep' },
    },
    type: 'Opaque',
    data: Object.fromEntries(
      keys.map(({ name, source }) => [name, hole(source === 'derived' ? derived : `$${name}`)]),
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
    `{{- $kept := (lookup "v1" "Secret" .Release.Namespace "${SECRET}").data | default dict }}\n`,
    refusal(
      `and (lookup "v1" "PersistentVolumeClaim" .Release.Namespace "${DATA_CLAIM}") (not $kept)`,
      `There is a database from before in PersistentVolumeClaim ${DATA_CLAIM}, but not the Secret ${SECRET} that opens it.`,
      'put that Secret back, or delete the claim with its data',
    ),
    ...generated.map(({ name }) => `{{- $${name} := get $kept "${name}" | default ${NEW_VALUE} }}\n`),
    '---\n',
    toTemplate(withHoles(toYaml([secret]))),
    '{{- end }}\n',
  ].join('')
}
