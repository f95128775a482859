import type { Store } from '../../../k8s/model/store.ts'
import { ALONE } from './alone.ts'
import { postgresLog } from './log.ts'
import { WHOLE } from './whole.ts'

/** What of a PostgreSQL its image does not say. */
interface Particulars<Secret extends string>
  extends Pick<Store, 'component' | 'image' | 'port' | 'replacedBy' | 'resources'> {
  readonly user: string
  readonly database: string
  /** The secret that is the user's password. */
  readonly password: Secret
  /** A folder of SQL files, run once in the order of their names. */
  readonly init: string
}

const DATA = '/var/lib/postgresql/data'

/** An image that is made like the official one may have no program that makes a database and ends. */
const SERVE = `${ALONE}
command -v docker-ensure-initdb.sh >/dev/null || exec docker-entrypoint.sh postgres
${WHOLE}
exec docker-entrypoint.sh postgres`

/**
 * The official image, or one that is made like it. The server's own entrypoint would run the files too, but takes a
 * database whose scripts failed half-way for a whole one when the container starts again.
 * https://github.com/docker-library/docs/blob/master/postgres/README.md#initialization-scripts
 */
export function postgres<const Secret extends string>({
  user,
  database,
  password,
  init,
  ...particulars
}: Particulars<Secret>): Store<Secret> {
  return {
    kind: 'store',
    ...particulars,
    secrets: [password],
    log: postgresLog,
    // Of the system user `postgres` in the image.
    uid: 999,
    command: () => ['sh', '-c', SERVE],
    env: ({ secrets }) => ({
      POSTGRES_USER: user,
      POSTGRES_DB: database,
      POSTGRES_PASSWORD_FILE: `${secrets}/${password}`,
      // The volume's own root may hold a lost+found, which initdb refuses.
      PGDATA: `${DATA}/pgdata`,
    }),
    data: DATA,
    writable: { socket: '/var/run/postgresql' },
    onHost: 'postgres',
    ready: () => ['pg_isready', '-h', '127.0.0.1', '-U', user, '-d', database],
    init: {
      folder: init,
      mounted: '/docker-entrypoint-initdb.d',
      // Where the folder is there, a server may run on it: Compose asks again at each start.
      command: ['sh', '-c', `test -s "$PGDATA/PG_VERSION" && exit\n${ALONE}\n${WHOLE}`],
    },
  }
}
