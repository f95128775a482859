import type { Topic } from '../claim.ts'

export const security: Topic = {
  name: 'security',
  title: 'Security',
  claims: [
    { says: 'Git has never had a key, in any version of any file', tests: ['tests/house/history.test.ts'] },
    {
      says: 'Every operation of the API refuses a token of somebody else, a bad one or none, and the other’s data stays as it is',
      tests: ['apps/backend/tests/test_strangers.py'],
    },
    {
      says: 'A token that is unsigned, signed otherwise, expired, early, withdrawn, or for somebody else opens neither API nor MCP',
      tests: ['apps/backend/tests/test_auth.py', 'apps/backend/tests/test_tokens.py'],
    },
    {
      says: 'A request in a request, a path that climbs, a page of another site, and who sends slowly get nothing, from frontend, API or MCP',
      tests: ['apps/backend/tests/test_hostile.py', 'apps/frontend/tests/hostile.test.ts'],
    },
    {
      says: 'Words in a task, or a model, that ask for another’s tasks get the caller’s',
      tests: ['apps/backend/tests/test_injection.py'],
    },
    {
      says: 'A user who sends much or large things takes nobody’s share',
      tests: ['apps/backend/tests/test_limits.py', 'apps/backend/tests/test_budgets.py'],
    },
    {
      says: 'Passwords cannot be guessed, nor a client’s address claimed',
      tests: ['apps/frontend/tests/auth.test.ts', 'apps/frontend/tests/client-address.test.ts'],
    },
    {
      says: 'No link or answer leads a browser to another site',
      tests: ['apps/frontend/tests/auth.test.ts', 'apps/frontend/tests/page/back.test.ts'],
    },
    {
      says: 'The session’s cookie stays in the frontend, and no token is logged',
      tests: ['apps/frontend/tests/proxy.test.ts', 'apps/frontend/tests/cookie-prefix.test.ts'],
    },
    {
      says: 'Nothing is stored for an account that was deleted',
      tests: ['apps/backend/tests/test_deleted_account.py'],
    },
    {
      says: 'A push address leads to a browser’s push service and nowhere else',
      tests: ['apps/backend/tests/test_reminders.py'],
    },
    {
      says: 'No secret in process lists, logs or files that others may read',
      tests: ['tests/lib/diagnosis/redact.test.ts', 'apps/backend/tests/test_logs.py'],
    },
    {
      says: 'Connections to a database elsewhere are encrypted, and its certificate checked',
      tests: ['apps/backend/tests/test_tls.py'],
    },
  ],
}
