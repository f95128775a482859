import type { Cause, Place } from '../../../k8s/model/cause.ts'
import { WAITS } from './alone.ts'

const AWAY =
  /connection to server .* failed|[Tt]he database (?:does not answer|is still away)|database system is (?:starting up|shutting down|in recovery)|no pg_hba\.conf entry/

/** In a pod alone: on the host the folder is one of this machine. Of the same words, a file of an image is named otherwise. */
export const lostFolder: Cause = {
  id: 'database-folder',
  says: ({ cluster }) =>
    cluster
      ? /(?:cannot|could not) (?:[\w ]*directory \W.*\bpgdata\b|create .*\/server\.lock).*: Permission denied/
      : /(?!)/,
  means: (_, { where }) => ({
    message: `${where} may not write to its volume: the folder is not its own, like one that the node has lost and its engine made anew.`,
    cure: 'see whether the data is there: minikube ssh -- sudo ls -lR /tmp/hostpath-provisioner — and start with an empty database: npm run down -- --data',
  }),
}

/** PostgreSQL's refusals, as its server, asyncpg, libpq and node-postgres word them. */
export const postgresCauses: readonly Cause[] = [
  {
    id: 'database-password',
    says: /password authentication failed for user "?([\w-]+)|no password supplied/,
    means: ([, user], place) => ({
      message: `PostgreSQL refuses the password of ${user ? `user ${user}` : 'its user'}, with which ${place.where} signs in.`,
      cure: `give the one the database was made with in .env.local, then ${place.afterSettings} — or start empty: npm run down -- --data`,
      ...blamed(place),
    }),
  },
  {
    id: 'database-missing',
    says: /(database|role) "([^"]+)" does not exist/,
    means: ([, what = '', name = ''], place) => ({
      message: `PostgreSQL has no ${what} ${name}, which ${place.where} asks for.`,
      cure: `correct ${address(place)} in .env.local — or start with an empty database: npm run down -- --data`,
      details: [what, name],
      ...blamed(place),
    }),
  },
  {
    id: 'database-in-use',
    says: new RegExp(WAITS),
    means: (_, { where }) => ({
      message: `${where} ${WAITS}.`,
      cure: 'it goes on by itself then — where that never ends, start the node anew: minikube stop && minikube start',
    }),
  },
  {
    id: 'database-full',
    says: /too many clients already|remaining connection slots/,
    means: (_, place) => ({
      message: `PostgreSQL has no connection left for ${place.where}.`,
      cure: 'end what holds them, or raise max_connections of that server',
      ...blamed(place),
    }),
  },
  {
    id: 'database-refused',
    says: refused,
    means: (_, place) => ({
      message: `The database does not answer ${place.where}.`,
      cure: `npm run up starts the stack’s own; start the one of ${address(place)}, or correct its address in .env.local`,
      ...blamed(place),
    }),
  },
]

/** A port that nobody listens on is the database's only where it is the database's. */
function refused({ database }: Place): RegExp {
  const port = database?.port
  return port === undefined
    ? AWAY
    : new RegExp(`ECONNREFUSED \\S*:${port}\\b|Connect call failed \\('[^']+', ${port}\\b|${AWAY.source}`)
}

function address({ database }: Place): string {
  return database?.secret ?? 'its address'
}

function blamed({ database }: Place) {
  return database ? { blames: database.service } : {}
}
