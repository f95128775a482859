import type { Problem } from '../model/problem.ts'
import type { Stack } from '../model/stack.ts'
import { namesOf } from '../names.ts'
import { secretKeys } from '../secret-keys.ts'
import { settingsOfOwn } from './stand-ins.ts'
import { decisions } from './toggles.ts'

/** What a chart refuses, and how it is mended. */
interface ChartRefusal extends Problem {
  /** The Go template expression that is true where it is wrong. */
  readonly when: string
}

/** What no schema can say: values that do not go together, as `.env.local` has its own. */
function contradictions(stack: Stack): ChartRefusal[] {
  return [
    {
      when: 'and .Values.autoscaleUpTo (lt (int .Values.autoscaleUpTo) (int .Values.replicas))',
      message: 'autoscaleUpTo is less than replicas, with which the stack starts.',
      cure: 'raise autoscaleUpTo, or lower replicas',
    },
    {
      when: 'and (eq .Values.expose "ingress") (regexMatch "^https?://(localhost|[0-9.]+)(:|$)" .Values.publicUrl)',
      message: 'expose is ingress, but publicUrl has no host name that an Ingress could go by.',
      cure: `set publicUrl to a name that leads to the cluster, like http://${stack.name}.localhost`,
    },
    ...halfModel(stack),
    ...onlyKnownToAPerson(stack),
  ]
}

/** The key of a model is no value of a chart; its address and its name are. */
function halfModel({ model, settings }: Stack): ChartRefusal[] {
  const [baseUrl, name] = [model?.baseUrl, model?.name].map((key) => settings[key ?? '']?.value?.path)
  if (!baseUrl || !name) return []
  return [
    {
      when: `ne (empty .Values.${baseUrl}) (empty .Values.${name})`,
      message: `${baseUrl} and ${name} belong together, and one of them is missing.`,
      cure: 'set both, or none',
    },
  ]
}

/** A chart that makes its Secret itself has no value for what only a person knows, as of a service that is not ours. */
function onlyKnownToAPerson(stack: Stack): ChartRefusal[] {
  const { toggles } = decisions(stack)
  const own = settingsOfOwn(stack)
  return Object.entries(stack.services).flatMap(([service, { component, replacedBy }]) => {
    const toggle = toggles.find(({ name }) => name === service)
    if (!replacedBy || !toggle) return []
    const given = secretKeys({ ...own, replaced: [service] }).filter(({ source }) => source === 'given')
    return given.map(({ name }) => ({
      when: `and (not .Values.existingSecret) ${operand(toggle.among(['no']))}`,
      message: `existingSecret is empty, but only you know the ${name} of an external ${component.replaceAll('-', ' ')}.`,
      cure: `make a Secret that has it, and name it in existingSecret: npm run secrets makes ${namesOf(stack).secret}`,
    }))
  })
}

function operand(expression: string): string {
  return expression.includes(' ') ? `(${expression})` : expression
}

/** Renders nothing, or refuses the values with a sentence before anything reaches the cluster. */
export function contradictionsTemplate(stack: Stack): string {
  return contradictions(stack)
    .map(({ when, message, cure }) => refusal(when, message, cure))
    .join('')
}

/** Template lines that end the rendering where the expression is true. */
export function refusal(when: string, message: string, cure: string): string {
  return `{{- if ${when} }}\n{{- fail ${JSON.stringify(`${message} → ${cure}`)} }}\n{{- end }}\n`
}
