import type { Problem } from '../k8s/model/problem.ts'

/** What `.env.local` may not say together about this stack. */
export function contradictions(file: Readonly<Record<string, unknown>>): Problem[] {
  const problems = halfModel(file)
  if (file.DATABASE_URL && file.STORAGE_SIZE)
    problems.push({
      message:
        'STORAGE_SIZE is set, but the database is the external one of DATABASE_URL, which has its own storage.',
      cure: 'remove STORAGE_SIZE from .env.local, or DATABASE_URL',
    })
  return problems
}

/** A language model is one decision in three values: with one of them missing, a wrong model would answer silently. */
function halfModel(file: Readonly<Record<string, unknown>>): Problem[] {
  const trio = {
    OPENAI_BASE_URL: 'https://api.openai.com/v1',
    OPENAI_MODEL: '<the model to use>',
    OPENAI_API_KEY: '<your key>',
  } as const
  const keys = Object.keys(trio) as (keyof typeof trio)[]
  const missing = keys.filter((key) => !file[key])
  if (missing.length === 0 || missing.length === keys.length) return []
  const present = keys.filter((key) => file[key])
  return [
    {
      message: `${present.join(' and ')} ${present.length > 1 ? 'are' : 'is'} set, but ${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} not: a language model needs all three.`,
      cure: `add to .env.local: ${missing.map((key) => `${key}=${trio[key]}`).join('  ')}`,
    },
  ]
}
