import { EXPOSURES } from '../settings.ts'

/** A decision of the chart's values that changes more than a text or a number. */
export interface Toggle {
  readonly name: string
  readonly cases: readonly string[]
  /** The Go template expression that is true where the decision is one of these cases. */
  readonly among: (cases: readonly string[]) => string
}

export const TOGGLES: readonly Toggle[] = [
  yesOrNo('networkPolicies', '.Values.networkPolicies'),
  yesOrNo('postgres', '.Values.postgres.storage'),
  yesOrNo('externalModel', '.Values.assistant.baseUrl'),
  yesOrNo('reminders', '.Values.reminders'),
  yesOrNo('autoscaled', '.Values.autoscaleUpTo'),
  yesOrNo('publicUrl', '.Values.publicUrl'),
  yesOrNo('https', 'hasPrefix "https:" .Values.publicUrl'),
  {
    name: 'expose',
    cases: EXPOSURES,
    among: (cases) => {
      const others = EXPOSURES.filter((name) => !cases.includes(name))
      const [verb, names] = others.length === 1 ? ['ne', others] : ['eq', cases]
      return `${verb} .Values.expose ${names.map((name) => `"${name}"`).join(' ')}`
    },
  },
]

function yesOrNo(name: string, expression: string): Toggle {
  const not = `not ${expression.includes(' ') ? `(${expression})` : expression}`
  return { name, cases: ['yes', 'no'], among: ([only]) => (only === 'yes' ? expression : not) }
}

/** One way to take every decision: the case of each toggle, by its name. */
export type Point = Readonly<Record<string, string>>

/** Every way to take all decisions; an address that is not given has no scheme. */
export const POINTS: readonly Point[] = TOGGLES.reduce<Point[]>(
  (points, { name, cases }) => points.flatMap((point) => cases.map((value) => ({ ...point, [name]: value }))),
  [{}],
).filter(({ publicUrl, https }) => publicUrl === 'yes' || https === 'no')
