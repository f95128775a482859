import { z } from 'zod'
import { SECRET } from '../names.ts'
import { fileSchema, type Settings } from '../settings.ts'

const asInEnvFile = fileSchema.shape

/** What a release may choose, each with its default: at most 15. Ranges are those of `.env.local`. No secret among them. */
export const valuesSchema = z.strictObject({
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
  logLevel: asInEnvFile.LOG_LEVEL.unwrap()
    .default('info')
    .describe('How much every program says: debug, info, warning or error.'),
  expose: asInEnvFile.EXPOSE.unwrap()
    .default('nodeport')
    .describe(
      'How a browser comes to the page: nodeport (30080), loadbalancer, ingress, or internal, which leaves it to kubectl port-forward.',
    ),
  publicUrl: z
    .union([z.literal(''), asInEnvFile.PUBLIC_URL.unwrap()])
    .default('')
    .describe(
      'Where a browser finds the page, like https://todo.example.com; with https, an Ingress takes its certificate from Secret todo-tls. Empty: http://localhost:30080, or http://todo.localhost for an Ingress.',
    ),
  replicas: asInEnvFile.REPLICAS.unwrap().default(2).describe('Of backend, MCP server and frontend.'),
  autoscaleUpTo: asInEnvFile.AUTOSCALE_UP_TO.unwrap()
    .default(0)
    .describe('The most replicas that load may bring; needs the metrics-server. 0: their number is fixed.'),
  limits: z
    .strictObject({
      cpu: asInEnvFile.CPU_LIMIT.unwrap()
        .default('1')
        .describe('What no container may exceed, like 500m or "2".'),
      memory: asInEnvFile.MEMORY_LIMIT.unwrap()
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
  reminders: z
    .boolean()
    .default(true)
    .describe('Tells users of tasks that come due, also by the push services of their browsers.'),
  postgres: z
    .strictObject({
      storage: z
        .union([z.literal(''), asInEnvFile.STORAGE_SIZE.unwrap()])
        .default('1Gi')
        .describe(
          'Size of the volume of PostgreSQL in the cluster, like 10Gi; cannot be changed in a release that is installed. Empty: an external PostgreSQL, whose address is DATABASE_URL in the Secret.',
        ),
    })
    .prefault({}),
  assistant: z
    .strictObject({
      baseUrl: z
        .string()
        // Without user:password@ in it: values are kept in the release, for all who may read it.
        .regex(/^(https?:\/\/[^\s@"\\]+)?$/)
        .default('')
        .describe(
          'An OpenAI-compatible model, like https://api.openai.com/v1; its key is OPENAI_API_KEY in the Secret. Empty: the stand-in model.',
        ),
      model: z.string().default('').describe('The name of that model.'),
    })
    .prefault({}),
  existingSecret: z
    .string()
    .regex(/^([a-z0-9]([a-z0-9.-]*[a-z0-9])?)?$/)
    .default(SECRET)
    .describe(
      'The Secret with passwords and keys, as npm run secrets makes it. Empty: the chart makes one with generated values, which uninstalling keeps.',
    ),
})

export type Values = z.infer<typeof valuesSchema>

/** The values that install what these settings describe; its image comes from elsewhere. */
export function valuesOf(settings: Settings): Omit<Values, 'image'> {
  const { assistant } = settings
  return {
    logLevel: settings.logLevel as Values['logLevel'],
    expose: settings.exposure ?? 'nodeport',
    publicUrl: settings.publicUrl ?? '',
    replicas: settings.replicas,
    autoscaleUpTo: settings.autoscaleUpTo ?? 0,
    limits: settings.limits,
    networkPolicies: settings.networkPolicies,
    reminders: settings.reminders,
    postgres: { storage: settings.database === 'cluster' ? settings.storage : '' },
    assistant:
      assistant.kind === 'external'
        ? { baseUrl: assistant.baseUrl, model: assistant.model }
        : { baseUrl: '', model: '' },
    existingSecret: SECRET,
  }
}
