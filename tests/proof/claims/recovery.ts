import type { Topic } from '../claim.ts'

export const recovery: Topic = {
  name: 'recovery',
  title: 'When something fails',
  claims: [
    {
      says: 'A PostgreSQL that is killed under load comes back with every write that it acknowledged',
      tests: ['tests/lib/runtimes/postgres/crash.test.ts', 'tests/proof/turns.test.ts'],
    },
    {
      says: 'Database, MCP server and model away, slow by 2 s or silent: what is answered says so, nothing is lost, nobody knocks without end, and all is well within 30 s of its return',
      tests: ['apps/backend/tests/test_recovery.py'],
    },
    {
      says: 'Without the database: alive, not ready, 503 with Retry-After, and nobody signed out',
      tests: ['apps/backend/tests/test_health.py', 'apps/frontend/tests/database-away.test.ts'],
    },
    {
      says: 'Without model or tools the chat says so, and keeps what was said and done',
      tests: ['apps/backend/tests/test_chat.py', 'apps/backend/tests/test_turns.py'],
    },
    {
      says: 'Each fault of the runbook can be brought about on demand, ends by itself, and has its cause and cure',
      tests: ['tests/lib/loop/fault.test.ts', 'tests/lib/diagnosis/runbook.test.ts'],
    },
    {
      says: 'A process that ends is seen, and named with its cause',
      tests: [
        'tests/lib/host/running.test.ts',
        'tests/lib/diagnosis/doctor.test.ts',
        'tests/lib/diagnosis/diagnose.test.ts',
      ],
    },
  ],
}
