import { afterSettings, rule } from './rule.ts'

/** What the backend says of the language model: backend/app/assistant.py; and how OpenAI's servers refuse a key. */
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
        : 'correct OPENAI_BASE_URL in .env.local — or remove the OPENAI_ lines to use the stand-in',
    }),
  ),
  rule('model-refused', /The model answered (\d+)/, ([, status]) => ({
    message: `The language model refuses the question with ${status}.`,
    cure: 'correct OPENAI_MODEL in .env.local',
  })),
]
