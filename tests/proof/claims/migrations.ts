import type { Topic } from '../claim.ts'

export const migrations: Topic = {
  name: 'migrations',
  title: 'Migrations and data',
  claims: [
    {
      says: 'From every revision to the head and back, every row stays; the code of before serves on meanwhile',
      tests: ['apps/backend/tests/test_migrations_with_data.py'],
    },
    {
      says: 'Migrations are made once, whoever starts at the same time, and end in a sentence where they cannot',
      tests: ['apps/backend/tests/test_migrations.py', 'apps/frontend/tests/migrate.test.ts'],
    },
    {
      says: 'A backup restores, whole or not at all',
      tests: ['tests/database/backup.test.ts', 'tests/database/reset.test.ts'],
    },
  ],
}
