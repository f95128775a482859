import { join } from 'node:path'
import { stringify } from 'yaml'

export const ASSISTANTS = ['kubectl-ai', 'k8sgpt'] as const
type Assistant = (typeof ASSISTANTS)[number]

/** Where a person gets each. */
export const INSTALLED_FROM: Readonly<Record<Assistant, string>> = {
  'kubectl-ai': 'https://github.com/GoogleCloudPlatform/kubectl-ai/releases',
  k8sgpt: 'https://github.com/k8sgpt-ai/k8sgpt/releases',
}

/** An OpenAI-compatible model, as this machine reaches it. */
export interface Model {
  readonly baseUrl: string
  readonly name: string
  readonly key: string
}

/** Of one conversation. */
interface Conversation {
  /** Its own, removed afterwards: there are settings of its own and traces of the conversation. */
  readonly folder: string
  /** What it is about. */
  readonly namespace: string
}

export interface AssistantCommand {
  readonly argv: readonly [string, ...string[]]
  /** Beside what both get. */
  readonly env: Readonly<Record<string, string>>
  /** For its standard input; without it, it has the terminal's. */
  readonly input?: string
}

/** What of k8sgpt needs no right outside the namespace. */
const ANALYZERS = [
  ...['Pod', 'Deployment', 'ReplicaSet', 'StatefulSet', 'Service', 'Ingress', 'ConfigMap'],
  ...['PersistentVolumeClaim', 'HorizontalPodAutoscaler', 'PodDisruptionBudget', 'NetworkPolicy'],
]

/**
 * How an assistant is started on our model. The key is in no word of the command and in no file.
 *
 * @param words of the person; none: k8sgpt explains what it finds, kubectl-ai asks for a question
 */
export const COMMANDS: Readonly<
  Record<Assistant, (words: readonly string[], model: Model, place: Conversation) => AssistantCommand>
> = {
  'kubectl-ai': (words, { baseUrl, name, key }, { folder }) => ({
    argv: [
      'kubectl-ai',
      '--llm-provider=openai',
      `--model=${name}`,
      `--trace-path=${join(folder, 'trace.txt')}`,
      ...words,
    ],
    env: { OPENAI_API_KEY: key, OPENAI_ENDPOINT: baseUrl },
  }),

  k8sgpt: (words, { baseUrl, name, key }, { folder, namespace }) => {
    const analyze = ['analyze', '--explain', `--namespace=${namespace}`, `--filter=${ANALYZERS.join()}`]
    // It takes a key from a configuration file alone, whose name ends in .yaml and which it reads once.
    const configuration = join(folder, STANDARD_INPUT)
    const provider = { name: 'openai', model: name, baseurl: baseUrl, password: key }
    return {
      // Behind cat, because a pipe can be opened by its name, and Node's own kind of it cannot.
      argv: [
        'sh',
        '-c',
        'cat | "$@"',
        'sh',
        'k8sgpt',
        ...(words.length > 0 ? words : analyze),
        `--config=${configuration}`,
      ],
      env: {},
      input: stringify({ ai: { defaultprovider: 'openai', providers: [provider] } }),
    }
  },
}

/** The name, in its folder, under which k8sgpt reads its standard input. */
export const STANDARD_INPUT = 'standard-input.yaml'
