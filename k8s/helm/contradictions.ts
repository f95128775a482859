import { SECRET } from '../names.ts'

interface Contradiction {
  /** A Go template expression. */
  readonly when: string
  readonly message: string
  readonly cure: string
}

/** What no schema can say: values that do not go together, as `.env.local` has its own. */
const CONTRADICTIONS: readonly Contradiction[] = [
  {
    when: 'and .Values.autoscaleUpTo (lt (int .Values.autoscaleUpTo) (int .Values.replicas))',
    message: 'autoscaleUpTo is less than replicas, with which the stack starts.',
    cure: 'raise autoscaleUpTo, or lower replicas',
  },
  {
    when: 'and (eq .Values.expose "ingress") (regexMatch "^https?://(localhost|[0-9.]+)(:|$)" .Values.publicUrl)',
    message: 'expose is ingress, but publicUrl has no host name that an Ingress could go by.',
    cure: 'set publicUrl to a name that leads to the cluster, like http://todo.localhost',
  },
  {
    when: 'ne (empty .Values.assistant.baseUrl) (empty .Values.assistant.model)',
    message: 'assistant.baseUrl and assistant.model belong together, and one of them is missing.',
    cure: 'set both, or none for the stand-in model',
  },
  {
    when: 'and (not .Values.existingSecret) (not .Values.postgres.storage)',
    message: 'existingSecret is empty, but only you know the DATABASE_URL of an external database.',
    cure: `make a Secret that has it, and name it in existingSecret: npm run secrets makes ${SECRET}`,
  },
  {
    when: 'and (not .Values.existingSecret) .Values.assistant.baseUrl',
    message: 'existingSecret is empty, but only you know the OPENAI_API_KEY of an external model.',
    cure: `make a Secret that has it, and name it in existingSecret: npm run secrets makes ${SECRET}`,
  },
]

/** Renders nothing, or refuses the values with a sentence before anything reaches the cluster. */
export function contradictionsTemplate(): string {
  return CONTRADICTIONS.map(({ when, message, cure }) => refusal(when, message, cure)).join('')
}

/** Template lines that end the rendering where the expression is true. */
export function refusal(when: string, message: string, cure: string): string {
  return `{{- if ${when} }}\n{{- fail ${JSON.stringify(`${message} → ${cure}`)} }}\n{{- end }}\n`
}
