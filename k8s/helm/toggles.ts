import { EXPOSURES } from '../file-schema.ts'
import type { Stack } from '../model/stack.ts'

/** A decision of the chart's values that changes more than a text or a number. */
export interface Toggle {
  readonly name: string
  readonly cases: readonly string[]
  /** The Go template expression that is true where the decision is one of these cases. */
  readonly among: (cases: readonly string[]) => string
}

/** One way to take every decision: the case of each toggle, by its name. */
export type Point = Readonly<Record<string, string>>

/** The decisions in the order in which templates ask for them, and every way to take all of them. */
export interface Decisions {
  readonly toggles: readonly Toggle[]
  readonly points: readonly Point[]
}

/** The decisions that the chart of a stack leaves open: what every stack has, its own switches, and whom it replaces. */
export function decisions({ settings, services }: Stack): Decisions {
  const toggles = [
    yesOrNo('networkPolicies', '.Values.networkPolicies'),
    yesOrNo('collector', '.Values.otlpEndpoint'),
    ...Object.entries(services).flatMap(([name, { kind, replacedBy }]) =>
      kind === 'store' && replacedBy ? [yesOrNo(name, `.Values.${name}.storage`)] : [],
    ),
    ...Object.entries(services).flatMap(([name, { kind, replacedBy = '' }]) => {
      const value = settings[replacedBy]?.value
      return kind === 'program' && value ? [yesOrNo(name, `.Values.${value.path}`, ['no', 'yes'])] : []
    }),
    ...Object.entries(settings).flatMap(([name, { value }]) =>
      value && isSwitch(value.schema) ? [yesOrNo(name, `.Values.${value.path}`)] : [],
    ),
    yesOrNo('autoscaled', '.Values.autoscaleUpTo'),
    address,
    exposed,
  ]
  const points = toggles.reduce<Point[]>(
    (taken, { name, cases }) => taken.flatMap((point) => cases.map((value) => ({ ...point, [name]: value }))),
    [{}],
  )
  return { toggles, points }
}

/** Whether a value is true or false. */
export function isSwitch(schema: { safeParse: (value: unknown) => { success: boolean } }): boolean {
  return schema.safeParse(true).success
}

const exposed: Toggle = {
  name: 'expose',
  cases: EXPOSURES,
  among: (cases) => {
    const others = EXPOSURES.filter((name) => !cases.includes(name))
    const [verb, names] = others.length === 1 ? ['ne', others] : ['eq', cases]
    return `${verb} .Values.expose ${names.map((name) => `"${name}"`).join(' ')}`
  },
}

const HTTPS = 'hasPrefix "https:" .Values.publicUrl'
const ADDRESSES: Readonly<Record<string, string>> = {
  https: HTTPS,
  http: `and .Values.publicUrl (not (${HTTPS}))`,
  none: 'not .Values.publicUrl',
  'https,http': '.Values.publicUrl',
  'https,none': `or (not .Values.publicUrl) (${HTTPS})`,
  'http,none': `not (${HTTPS})`,
}

const address: Toggle = {
  name: 'address',
  cases: ['https', 'http', 'none'],
  among: (cases) => ADDRESSES[cases.join()] ?? '',
}

/** @param given the case where the expression is true, and the other */
function yesOrNo(name: string, expression: string, [given, other] = ['yes', 'no']): Toggle {
  const not = `not ${expression.includes(' ') ? `(${expression})` : expression}`
  return { name, cases: [given, other] as string[], among: ([only]) => (only === given ? expression : not) }
}
