import { rule } from './rule.ts'

const REFUSED =
  /ECONNREFUSED \S*:5432\b|Connect call failed \('[^']+', 5432|connection to server .* failed|[Tt]he database (?:does not answer|is still away)|database system is (?:starting up|shutting down|in recovery)|no pg_hba\.conf entry/

/** PostgreSQL's refusals, as its server, asyncpg, libpq and node-postgres word them. */
export const databaseRules = [
  rule(
    'database-password',
    /password authentication failed for user "?([\w-]+)|no password supplied/,
    (match, { where }) => ({
      message: `PostgreSQL refuses the password of ${match[1] ? `user ${match[1]}` : 'its user'}, with which ${where} signs in.`,
      cure: 'give the one the database was made with in .env.local, then npm run secrets — or start empty: npm run down -- --data',
    }),
  ),
  rule('database-missing', /(database|role) "([^"]+)" does not exist/, ([, what, name], { where }) => ({
    message: `PostgreSQL has no ${what} ${name}, which ${where} asks for.`,
    cure: 'correct DATABASE_URL in .env.local — or start with an empty database: npm run down -- --data',
  })),
  rule('database-full', /too many clients already|remaining connection slots/, (_, { where }) => ({
    message: `PostgreSQL has no connection left for ${where}.`,
    cure: 'end what holds them, or raise max_connections of that server',
  })),
  rule('database-refused', REFUSED, (_, { where }) => ({
    message: `The database does not answer ${where}.`,
    cure: 'npm run up starts the stack’s own; start the one of DATABASE_URL, or correct its address in .env.local',
  })),
]
