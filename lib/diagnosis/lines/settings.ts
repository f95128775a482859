import { afterSettings, rule } from './rule.ts'

/** Our own programs' words, in apps/backend/core/settings.py, apps/frontend/src/server/settings.ts and apps/assistant-stub/settings.ts. */
export const settingsRules = [
  rule('secret-key-missing', /The secret (\w+) is missing/, ([, key], place) => ({
    message: `${place.where} finds no secret ${key}.`,
    cure: afterSettings(place),
  })),
  rule(
    'config-key-missing',
    /The (?:setting|environment variable) (\w+) is missing/,
    ([, key], { where }) => ({
      message: `${where} finds no setting ${key}.`,
      cure: `add ${key} to configuration and to the service in stack/stack.ts`,
    }),
  ),
]
