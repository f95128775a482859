import { afterSettings, rule } from './rule.ts'

/** What cures a refusal, by how its sentence goes on after "The model": apps/backend/app/refusal.py. */
const CURES = {
  ' answered 40[45]': 'correct OPENAI_MODEL or OPENAI_BASE_URL in .env.local',
  ' answered \\d{3}': 'try again; if it stays, ask another model in OPENAI_MODEL',
  ' cannot call tools': 'choose a model with tools in OPENAI_MODEL',
  ' refused access': 'let the key of OPENAI_API_KEY use OPENAI_MODEL, at its vendor',
  "'s account has no credit": 'buy credit at the vendor of OPENAI_API_KEY',
  ' is asked too often': 'wait, or have the limit of OPENAI_API_KEY raised at its vendor',
  ' is overloaded': 'wait, or ask another model in OPENAI_MODEL',
} as const

/** What the backend says of the language model: apps/backend/app/model.py; and how OpenAI's servers refuse a key. */
export const modelRules = [
  rule('model-key-refused', /The model refused the key|invalid_api_key|Incorrect API key/i, (_, place) => ({
    message: 'The language model refuses the key.',
    cure: `correct OPENAI_API_KEY in .env.local, then ${afterSettings(place)}`,
  })),
  rule(
    'model-unreachable',
    /The model cannot be reached|The model did not answer within|not a chat completion/,
    (_, { standIn, cluster }) => ({
      message: 'The language model cannot be reached, or does not answer.',
      cure: standIn
        ? `it is the stand-in: ${cluster ? `kubectl -n ${cluster.namespace} get pods,services,networkpolicies` : 'npm run up'}`
        : 'correct OPENAI_BASE_URL in .env.local, or raise MODEL_PATIENCE — or remove the OPENAI_ lines to use the stand-in',
    }),
  ),
  // Up to the end of the message, with what the vendor said; a log line is JSON.
  rule('model-refused', new RegExp(`The model(${Object.keys(CURES).join('|')})[^"\\\\]*`), ([told]) => ({
    message: told,
    cure: cureOf(told),
  })),
]

function cureOf(told: string): string {
  const [, cure] = Object.entries(CURES).find(([words]) => new RegExp(`^The model${words}`).test(told)) ?? []
  return cure ?? CURES[' answered \\d{3}']
}
