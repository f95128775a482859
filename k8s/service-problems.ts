import { z } from 'zod'
import type { Problem } from './model/problem.ts'
import type { Stack } from './model/stack.ts'
import { isQuantity } from './quantity.ts'

const port = (least: number, most: number) =>
  z.int({ error: 'is no port' }).min(least, `is below ${least}`).max(most, `is above ${most}`)

const like = (example: string) =>
  z.string().refine(isQuantity, `is not a Kubernetes quantity like ${example}`)

/** What an API server asks of a service, and its objects' own schemas do not, or in words that lead to no line of a stack. */
const SERVICE = z.object({
  // https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
  component: z.string().regex(/^[a-zA-Z\d]([-\w.]{0,61}[a-zA-Z\d])?$/, 'cannot be the value of a label'),
  port: port(1, 65_535),
  // https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport
  nodePort: port(30_000, 32_767).optional(),
  resources: z.object({
    cpu: like('100m'),
    memory: like('128Mi'),
    devMemoryLimit: like('1Gi').optional(),
  }),
})

/** @returns what services of a stack say that no cluster, or no machine, can do */
export function serviceProblems({ services }: Stack): Problem[] {
  const named = Object.entries(services)
  return [
    ...named.flatMap(([name, service]) =>
      (SERVICE.safeParse(service).error?.issues ?? []).map(({ path, message }) => ({
        message: `${path.join('.')} of the service ${name} ${message}.`,
        cure: `correct it in stack.ts`,
      })),
    ),
    ...named.flatMap(([name, { port }], at) => {
      const other = named.slice(0, at).find(([, before]) => before.port === port)
      return other
        ? [
            {
              message: `${other[0]} and ${name} both have port ${port}: on one machine, one of them cannot open it.`,
              cure: 'give one of them another in stack.ts',
            },
          ]
        : []
    }),
  ]
}
