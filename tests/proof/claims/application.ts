import type { Topic } from '../claim.ts'

const backend = (...names: string[]) => names.map((name) => `apps/backend/tests/test_${name}.py`)

export const application: Topic = {
  name: 'application',
  title: 'The application',
  claims: [
    {
      says: 'Tasks can be made, listed, read, changed, completed and deleted',
      tests: backend('tasks', 'search', 'versions', 'undo'),
    },
    {
      says: 'Every answer is as `/openapi.json` describes it, whatever is sent',
      tests: backend('contract', 'openapi'),
    },
    {
      says: 'Everything about tasks can be said to the assistant',
      tests: backend('chat', 'chat_stream', 'turns'),
    },
    { says: 'The MCP server has ten tools, which do what they say', tests: backend('mcp', 'more_tools') },
    {
      says: 'Health checks: alive, and ready only with the database at the right schema',
      tests: backend('health'),
    },
    { says: 'Models of other vendors can be used, with their habits', tests: backend('vendors', 'endpoint') },
    { says: 'Tasks that come due are told of once', tests: backend('reminders', 'recurrence') },
    {
      says: 'Sign-up, sign-in, a new password and deletion work without anybody else',
      tests: ['apps/frontend/tests/auth.test.ts', 'apps/frontend/tests/account.test.ts'],
    },
    {
      says: 'The stand-in model understands sentences about tasks',
      tests: ['apps/assistant-stub/tests/grammar.test.ts', 'apps/assistant-stub/tests/reply.test.ts'],
    },
  ],
}
