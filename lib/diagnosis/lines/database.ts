import { afterSettings, type Place, rule } from './rule.ts'

const AWAY =
  /connection to server .* failed|[Tt]he database (?:does not answer|is still away)|database system is (?:starting up|shutting down|in recovery)|no pg_hba\.conf entry/

/** PostgreSQL's refusals, as its server, asyncpg, libpq and node-postgres word them. */
export const databaseRules = [
  rule(
    'database-password',
    /password authentication failed for user "?([\w-]+)|no password supplied/,
    (match, place) => ({
      message: `PostgreSQL refuses the password of ${match[1] ? `user ${match[1]}` : 'its user'}, with which ${place.where} signs in.`,
      cure: `give the one the database was made with in .env.local, then ${afterSettings(place)} — or start empty: npm run down -- --data`,
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
  rule('database-refused', refused, (_, { where }) => ({
    message: `The database does not answer ${where}.`,
    cure: 'npm run up starts the stack’s own; start the one of DATABASE_URL, or correct its address in .env.local',
  })),
]

/** A port that nobody listens on is the database's only where it is the database's. */
function refused({ databasePort: port }: Place): RegExp {
  return new RegExp(`ECONNREFUSED \\S*:${port}\\b|Connect call failed \\('[^']+', ${port}\\b|${AWAY.source}`)
}
