import { stringify } from 'yaml'
import { z } from 'zod'
import type { Stack } from '../model/stack.ts'
import type { Settings } from '../settings.ts'
import { valuesOf, valuesSchema } from './values.ts'

/** For one machine: one replica of each, less room, more to read. */
function local({ settings }: Stack) {
  const own = Object.values(settings).flatMap(({ value }) =>
    value?.local ? [[value.path, value.local]] : [],
  )
  return { ...Object.fromEntries(own), replicas: 1, limits: { memory: '384Mi' } }
}

/** The part of JSON Schema that the values use. */
interface SchemaPart {
  readonly description?: string
  readonly default?: unknown
  readonly properties?: Readonly<Record<string, SchemaPart>>
}

/** The files with which Helm knows, checks and documents the values. */
export function valuesFiles(stack: Stack): ReadonlyMap<string, string> {
  const schema = z.toJSONSchema(valuesSchema(stack), { target: 'draft-7', io: 'input' }) as SchemaPart
  return new Map([
    ['values.yaml', `${lines(schema, '').join('\n')}\n`],
    ['values.schema.json', `${JSON.stringify(schema, null, 2)}\n`],
    [
      'values-local.yaml',
      `# For one machine: helm install … --values values-local.yaml\n${stringify(local(stack))}`,
    ],
  ])
}

/** The values that install what these settings describe. */
export function chosenValues(settings: Settings): string {
  return `# From .env.local, by npm run render -- --format helm-values\n${stringify(valuesOf(settings))}`
}

function lines({ properties = {} }: SchemaPart, indentation: string): string[] {
  return Object.entries(properties).flatMap(([name, value]) => {
    const sentence = value.description?.match(/.{1,100}(?: |$)/g) ?? []
    return [
      ...sentence.map((line) => `${indentation}# ${line.trimEnd()}`),
      `${indentation}${name}:${value.properties ? '' : ` ${stringify(value.default).trimEnd()}`}`,
      ...lines(value, `${indentation}  `),
    ]
  })
}
