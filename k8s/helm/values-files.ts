import { stringify } from 'yaml'
import { z } from 'zod'
import type { Settings } from '../settings.ts'
import { type Values, valuesOf, valuesSchema } from './values.ts'

/** For one machine: one replica of each, less room, more to read. */
const LOCAL = {
  logLevel: 'debug',
  replicas: 1,
  limits: { memory: '384Mi' },
} satisfies { [Key in keyof Values]?: Values[Key] | Partial<Values[Key]> }

/** The part of JSON Schema that the values use. */
interface Described {
  readonly description?: string
  readonly default?: unknown
  readonly properties?: Readonly<Record<string, Described>>
}

/** The files with which Helm knows, checks and documents the values. */
export function valuesFiles(): ReadonlyMap<string, string> {
  const schema = z.toJSONSchema(valuesSchema, { target: 'draft-7', io: 'input' }) as Described
  return new Map([
    ['values.yaml', `${lines(schema, '').join('\n')}\n`],
    ['values.schema.json', `${JSON.stringify(schema, null, 2)}\n`],
    [
      'values-local.yaml',
      `# For one machine: helm install … --values values-local.yaml\n${stringify(LOCAL)}`,
    ],
  ])
}

/** The values that install what these settings describe. */
export function chosenValues(settings: Settings): string {
  return `# From .env.local, by npm run render -- --format helm-values\n${stringify(valuesOf(settings))}`
}

function lines({ properties = {} }: Described, indentation: string): string[] {
  return Object.entries(properties).flatMap(([name, value]) => {
    const sentence = value.description?.match(/.{1,100}(?: |$)/g) ?? []
    return [
      ...sentence.map((line) => `${indentation}# ${line.trimEnd()}`),
      `${indentation}${name}:${value.properties ? '' : ` ${stringify(value.default).trimEnd()}`}`,
      ...lines(value, `${indentation}  `),
    ]
  })
}
