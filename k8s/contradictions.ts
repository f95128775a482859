import type { FileValues } from './file-schema.ts'
import type { Problem } from './model/problem.ts'
import type { Stack } from './model/stack.ts'
import { storesOf } from './services.ts'

/** What `.env.local` may not say together. */
export function contradictions(stack: Stack, values: FileValues): Problem[] {
  const problems = [...halfModel(stack, values), ...storageOfNothing(stack, values)]
  if (values.AUTOSCALE_UP_TO && values.AUTOSCALE_UP_TO < (values.REPLICAS ?? 2))
    problems.push({
      message: `AUTOSCALE_UP_TO is ${values.AUTOSCALE_UP_TO}, but the stack starts with ${values.REPLICAS ?? 2} replicas.`,
      cure: 'raise AUTOSCALE_UP_TO in .env.local, or lower REPLICAS',
    })
  if (
    values.EXPOSE === 'ingress' &&
    values.PUBLIC_URL &&
    /^https?:\/\/(localhost|[\d.]+)(:|$)/.test(values.PUBLIC_URL)
  )
    problems.push({
      message: 'EXPOSE is ingress, but PUBLIC_URL has no host name that an Ingress could go by.',
      cure: `set PUBLIC_URL in .env.local to a name that leads to the cluster, like http://${stack.name}.localhost`,
    })
  return problems
}

/** A language model is one decision in three values: with one of them missing, a wrong model would answer silently. */
function halfModel({ model }: Stack, values: FileValues): Problem[] {
  if (!model) return []
  const like = {
    [model.baseUrl]: 'https://api.openai.com/v1',
    [model.name]: '<the model to use>',
    [model.key]: '<your key>',
  }
  const missing = Object.keys(like).filter((key) => !values[key])
  const present = Object.keys(like).filter((key) => values[key])
  if (missing.length === 0 || present.length === 0) return []
  return [
    {
      message: `${present.join(' and ')} ${present.length > 1 ? 'are' : 'is'} set, but ${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} not: a language model needs all three.`,
      cure: `add to .env.local: ${missing.map((key) => `${key}=${like[key]}`).join('  ')}`,
    },
  ]
}

/** Where every store is another one outside, nothing here is as large as somebody says. */
function storageOfNothing(stack: Stack, values: FileValues): Problem[] {
  const stores = storesOf(stack)
  const outside = stores.flatMap(({ component, replacedBy }) =>
    replacedBy !== undefined && values[replacedBy] ? [{ component, replacedBy }] : [],
  )
  const [first] = outside
  if (!values.STORAGE_SIZE || !first || outside.length < stores.length) return []
  return [
    {
      message: `STORAGE_SIZE is set, but the ${first.component} is the external one of ${first.replacedBy}, which has its own storage.`,
      cure: `remove STORAGE_SIZE from .env.local, or ${first.replacedBy}`,
    },
  ]
}
