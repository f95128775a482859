import { z } from 'zod'
import type { Exposure } from './model/choices.ts'
import { onOrOff, wholeNumber } from './model/setting.ts'
import type { Stack } from './model/stack.ts'

export const EXPOSURES = [
  'nodeport',
  'loadbalancer',
  'ingress',
  'internal',
] as const satisfies readonly Exposure[]
/** What a person may write into `.env.local` whatever the stack is. An empty value counts as absent. */
export const commonSchema = {
  SECRETS_FROM_ENV: z.string().optional(),
  KUBE_CONTEXT: z.string().optional(),
  PORT_OFFSET: wholeNumber(0, 50_000),
  EXPOSE: z.enum(EXPOSURES, `is not ${EXPOSURES.slice(0, -1).join(', ')} or ${EXPOSURES.at(-1)}`).optional(),
  PUBLIC_URL: z
    .string()
    .regex(
      /^https?:\/\/[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/,
      'is not a URL like https://app.example.com, without a path',
    )
    .optional(),
  TRUSTED_PROXIES: networks(),
  REPLICAS: wholeNumber(1, 20),
  AUTOSCALE_UP_TO: wholeNumber(0, 50),
  CPU_LIMIT: z
    .string()
    .regex(/^\d+m?$/, 'is not a quantity like 500m or 2')
    .optional(),
  MEMORY_LIMIT: z
    .string()
    .regex(/^\d+(Mi|Gi)$/, 'is not a quantity like 512Mi or 2Gi')
    .optional(),
  STORAGE_SIZE: z
    .string()
    .regex(/^[1-9]\d*(Mi|Gi)$/, 'is not a quantity like 500Mi or 10Gi')
    .optional(),
  NETWORK_POLICIES: onOrOff(),
  NOTIFICATIONS: onOrOff(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .string()
    // Without user:password@ in it: it is no secret to those who may read the pods.
    .regex(/^https?:\/\/[^\s/@"\\]+(\/[^\s@"\\?#]*)?$/, 'is not a URL like http://collector.example:4318')
    .optional(),
  RELOADERS: z.enum(['own', 'stock'], 'is not own or stock').optional(),
}

const ANY = z.string().optional()

/** All that a person may write into `.env.local` for this stack. */
export function fileSchema({ settings, secrets }: Stack) {
  const schemas = (rules: Readonly<Record<string, { readonly schema?: z.ZodType }>>) =>
    Object.fromEntries(Object.entries(rules).map(([name, { schema = ANY }]) => [name, schema]))
  return z.strictObject({ ...schemas(secrets), ...schemas(settings), ...commonSchema })
}

function networks() {
  const network = z
    .union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])
    // Who trusts everybody lets every client choose its address.
    .refine((value) => !value.endsWith('/0'))
  return z
    .string()
    .refine(
      (list) => list.split(',').every((entry) => network.safeParse(entry.trim()).success),
      'is not a list of networks like 10.244.0.0/16, 192.0.2.7',
    )
    .optional()
}

/** What it says, each absent or right by itself. */
export type FileValues = z.infer<z.ZodObject<typeof commonSchema>> &
  Readonly<Record<string, string | number | undefined>>
