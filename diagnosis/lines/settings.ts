import { rule } from './rule.ts'

/** Our own programs' words, in backend/core/settings.py and frontend/src/server/settings.ts. */
export const settingsRules = [
  rule('secret-key-missing', /The secret (\w+) is missing/, ([, key], { where }) => ({
    message: `${where} finds no secret ${key}.`,
    cure: 'npm run secrets',
  })),
  rule('config-key-missing', /The setting (\w+) is missing/, ([, key], { where }) => ({
    message: `${where} finds no setting ${key}.`,
    cure: `add ${key} to k8s/configuration.ts and to the service in k8s/services.ts`,
  })),
]
