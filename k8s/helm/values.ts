import { z } from 'zod'
import { commonSchema } from '../file-schema.ts'
import { isReplaced } from '../model/replaced.ts'
import type { Stack } from '../model/stack.ts'
import { namesOf } from '../names.ts'
import type { Settings } from '../settings.ts'
import { isSwitch } from './toggles.ts'

/** What a release may choose, each with its default. Ranges are those of `.env.local`. No secret among them. */
export function valuesSchema(stack: Stack) {
  const { secret, tls } = namesOf(stack)
  const named = Object.entries(stack.services)
  const replicated = named.flatMap(([name, service]) =>
    service.kind === 'program' && service.replicated ? [name] : [],
  )
  const nodePort = named.map(([, service]) => 'nodePort' in service && service.nodePort).find(Boolean)
  return z.strictObject({
    image: z
      .strictObject({
        registry: z
          .string()
          .regex(/^([\w.-]+(:\d+)?(\/[\w.-]+)*)?$/)
          .default('')
          .describe(
            'Where the images are, like registry.example/team. Empty: the nodes of the cluster have them.',
          ),
        tag: z
          .string()
          .regex(/^(\w[\w.-]{0,127})?$/)
          .default('')
          .describe("Tag of the stack's own images. Empty: the chart's appVersion."),
      })
      .prefault({}),
    expose: commonSchema.EXPOSE.unwrap()
      .default('nodeport')
      .describe(
        `How a browser comes to the page: nodeport (${nodePort}), loadbalancer, ingress, or internal, which leaves it to kubectl port-forward.`,
      ),
    publicUrl: z
      .union([z.literal(''), commonSchema.PUBLIC_URL.unwrap()])
      .default('')
      .describe(
        `Where a browser finds the page, like https://app.example.com; with https, an Ingress takes its certificate from Secret ${tls}. Empty: http://localhost:${nodePort}, or http://${stack.name}.localhost for an Ingress.`,
      ),
    replicas: commonSchema.REPLICAS.unwrap()
      .default(2)
      .describe(`Of each: ${replicated.join(', ')}.`),
    autoscaleUpTo: commonSchema.AUTOSCALE_UP_TO.unwrap()
      .default(0)
      .describe('The most replicas that load may bring; needs the metrics-server. 0: their number is fixed.'),
    limits: z
      .strictObject({
        cpu: commonSchema.CPU_LIMIT.unwrap()
          .default('1')
          .describe('What no container may exceed, like 500m or "2".'),
        memory: commonSchema.MEMORY_LIMIT.unwrap()
          .default('512Mi')
          .describe('What no container may exceed, like 512Mi or 2Gi.'),
      })
      .prefault({}),
    networkPolicies: z
      .boolean()
      .default(true)
      .describe(
        "Lets pods connect only to those they need. Changes nothing where the cluster's network does not enforce it.",
      ),
    otlpEndpoint: z
      .union([z.literal(''), commonSchema.OTEL_EXPORTER_OTLP_ENDPOINT.unwrap()])
      .default('')
      .describe(
        'Where a collector takes traces and metrics by OTLP over HTTP, like http://collector.example:4318. Empty: none are made.',
      ),
    ...ofStores(stack),
    ...ofSettings(stack),
    existingSecret: z
      .string()
      .regex(/^([a-z0-9]([a-z0-9.-]*[a-z0-9])?)?$/)
      .default(secret)
      .describe(
        'The Secret with passwords and keys, as npm run secrets makes it. Empty: the chart makes one with generated values, which uninstalling keeps.',
      ),
  })
}

/** The size of each store's volume; empty where another one outside is used. */
function ofStores({ services }: Stack): Record<string, z.ZodType> {
  const size = commonSchema.STORAGE_SIZE.unwrap()
  return Object.fromEntries(
    Object.entries(services).flatMap(([name, { kind, replacedBy }]) => {
      if (kind !== 'store') return []
      const says = `Size of the volume of ${name} in the cluster, like 10Gi; cannot be changed in a release that is installed.`
      const storage = replacedBy
        ? z
            .union([z.literal(''), size])
            .default('1Gi')
            .describe(`${says} Empty: one outside, whose address is ${replacedBy} in the Secret.`)
        : size.default('1Gi').describe(says)
      return [[name, z.strictObject({ storage }).prefault({})]]
    }),
  )
}

/** The stack's own settings; those whose paths begin alike stand together. */
function ofSettings({ settings }: Stack): Record<string, z.ZodType> {
  const groups: Record<string, Record<string, z.ZodType>> = {}
  const schemas: Record<string, z.ZodType> = {}
  for (const { value } of Object.values(settings)) {
    if (!value) continue
    const [first = '', second] = value.path.split('.')
    if (second === undefined) schemas[first] = value.schema
    else {
      groups[first] = { ...groups[first], [second]: value.schema }
      schemas[first] = z.strictObject(groups[first]).prefault({})
    }
  }
  return schemas
}

/** The values that install what these settings describe; its image comes from elsewhere. */
export function valuesOf(settings: Settings): object {
  const { stack, own } = settings
  const values: Record<string, unknown> = {
    expose: settings.exposure ?? 'nodeport',
    publicUrl: settings.publicUrl ?? '',
    replicas: settings.replicas,
    autoscaleUpTo: settings.autoscaleUpTo ?? 0,
    limits: settings.limits,
    networkPolicies: settings.networkPolicies,
    otlpEndpoint: settings.collector ?? '',
  }
  for (const [name, { kind }] of Object.entries(stack.services))
    if (kind === 'store') values[name] = { storage: isReplaced(settings, name) ? '' : settings.storage[name] }
  for (const [name, { value }] of Object.entries(stack.settings)) {
    if (!value) continue
    const [first = '', second] = value.path.split('.')
    const chosen = isSwitch(value.schema) ? own[name] === 'on' : own[name]
    values[first] = second === undefined ? chosen : { ...(values[first] as object), [second]: chosen }
  }
  return { ...values, existingSecret: namesOf(stack).secret }
}
