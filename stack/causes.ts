import type { Cause, Place } from '../k8s/model/cause.ts'

/** What cures a refusal, by how its sentence goes on after "The model": apps/backend/app/refusal.py. */
const CURES = {
  ' answered 40[45]': 'correct OPENAI_MODEL or OPENAI_BASE_URL in .env.local',
  ' answered \\d{3}': 'try again; if it stays, ask another model in OPENAI_MODEL',
  ' is not known': 'correct OPENAI_MODEL in .env.local',
  ' cannot call tools': 'choose a model with tools in OPENAI_MODEL',
  ' refused access': 'let the key of OPENAI_API_KEY use OPENAI_MODEL, at its vendor',
  "'s account has no credit": 'buy credit at the vendor of OPENAI_API_KEY',
  ' is asked too often': 'wait, or have the limit of OPENAI_API_KEY raised at its vendor',
  ' is overloaded': 'wait, or ask another model in OPENAI_MODEL',
} as const

/** What our programs say when they fail. */
export const causes: readonly Cause[] = [
  // apps/backend/core/settings.py, apps/frontend/src/server/settings.ts
  {
    id: 'secret-key-missing',
    says: /The secret (\w+) is missing/,
    means: ([, key = ''], { where, afterSettings }) => ({
      message: `${where} finds no secret ${key}.`,
      cure: afterSettings,
      details: [key],
    }),
  },
  // The same, and apps/assistant-stub/settings.ts
  {
    id: 'config-key-missing',
    says: /The (?:setting|environment variable) (\w+) is missing/,
    means: ([, key = ''], { where }) => ({
      message: `${where} finds no setting ${key}.`,
      cure: `add ${key} to configuration and to the service in stack/stack.ts`,
      details: [key],
    }),
  },
  // What readiness answers: apps/backend/core/health.py, apps/frontend/src/server/readiness.ts
  {
    id: 'migration-behind',
    says: /The schema is at ([\w ]+), (\w+) is needed|The schema auth lacks ([\w., ]+):/,
    means: ([, at, needed, lacks], { where, cluster, migrator }) => ({
      message: `The tables of ${where} are behind its code: ${lacks ? `schema auth lacks ${lacks}` : `they are at ${at}, ${needed} is needed`}.`,
      // A pod migrates before it starts.
      cure: cluster ? `kubectl -n ${cluster.namespace} rollout restart deployment/${migrator}` : 'npm run up',
      blames: `${migrator} (migrate)`,
    }),
  },
  // apps/backend/app/model.py; and how OpenAI's servers refuse a key
  {
    id: 'model-key-refused',
    says: /The model refused the key|invalid_api_key|Incorrect API key/i,
    whileReady: true,
    means: (_, { afterSettings }) => ({
      message: 'The language model refuses the key.',
      cure: `correct OPENAI_API_KEY in .env.local, then ${afterSettings}`,
    }),
  },
  {
    id: 'model-unreachable',
    says: /The model cannot be reached|The model did not answer within|not a chat completion/,
    whileReady: true,
    means: (_, place) => ({
      message: 'The language model cannot be reached, or does not answer.',
      cure: place.runs('assistant-stub')
        ? `it is the stand-in: ${lookAt(place)}`
        : 'correct OPENAI_BASE_URL in .env.local, or raise MODEL_PATIENCE — or remove the OPENAI_ lines to use the stand-in',
      blames: 'assistant-stub',
    }),
  },
  {
    id: 'model-refused',
    // Up to the end of the message, with what the vendor said; a log line is JSON.
    says: new RegExp(`The model(${Object.keys(CURES).join('|')})[^"\\\\]*`),
    whileReady: true,
    means: ([message, words = '']) => ({ message, cure: cureOf(words), details: [words] }),
  },
]

function cureOf(words: string): string {
  const [, cure] = Object.entries(CURES).find(([key]) => new RegExp(`^${key}`).test(words)) ?? []
  return cure ?? CURES[' answered \\d{3}']
}

function lookAt({ cluster }: Place): string {
  return cluster ? `kubectl -n ${cluster.namespace} get pods,services,networkpolicies` : 'npm run up'
}
