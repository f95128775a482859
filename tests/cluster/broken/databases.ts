import { randomBytes } from 'node:crypto'
import {
  answering,
  type Case,
  container,
  deployment,
  ended,
  happened,
  node,
  POSTGRES,
  pod,
  ready,
  service,
  shell,
} from './case.ts'

const PASSWORD = randomBytes(12).toString('hex')
const WRONG = randomBytes(12).toString('hex')

/** PostgreSQL as it is, with a password of this run. */
const postgres = deployment('postgres', {
  image: POSTGRES,
  command: ['docker-entrypoint.sh', 'postgres'],
  env: [
    { name: 'POSTGRES_USER', value: 'todo' },
    { name: 'POSTGRES_PASSWORD', value: PASSWORD },
  ],
  readinessProbe: { tcpSocket: { port: 5432 }, periodSeconds: 1 },
})
/** Waits until the database answers, then signs in, as a migration does. */
const client = (password: string, database = 'todo') =>
  shell(
    `until pg_isready -q -h postgres; do sleep 0.3; done; psql -h postgres -U todo ${database} -c 'SELECT 1'`,
    {
      image: POSTGRES,
      env: [{ name: 'PGPASSWORD', value: password }],
    },
  )
const signIn = (container: ReturnType<typeof client>) => [
  postgres,
  service('postgres', 5432),
  pod('web', container),
]

/** What goes wrong between a service and its database. */
export const databases: Readonly<Record<string, Case>> = {
  'database-password': {
    objects: signIn(client(WRONG)),
    cause: 'database-password',
    where: 'pod/web',
    message: /PostgreSQL refuses the password of user todo/,
    cure: /npm run secrets/,
    visible: ended,
  },
  'database-missing': {
    objects: signIn(client(PASSWORD, 'of_nobody')),
    cause: 'database-missing',
    where: 'pod/web',
    message: /no database of_nobody/,
    cure: /DATABASE_URL/,
    visible: ended,
  },
  'database-refused': {
    // It runs, and nobody in it listens.
    objects: [
      service('postgres', 5432),
      pod('postgres', {}),
      pod('web', node(`require('net').connect(5432, 'postgres')`)),
    ],
    cause: 'database-refused',
    where: 'pod/web',
    message: /does not answer pod\/web/,
    cure: /npm run up/,
    visible: ended,
  },
  'database-host-unknown': {
    objects: [pod('web', node(`require('net').connect(5432, 'postgers')`))],
    cause: 'host-unknown',
    where: 'pod/web',
    message: /looks for the host postgers, and no Service has that name/,
    cure: /get services/,
    visible: ended,
  },
  'migration-failed': {
    objects: [
      deployment(
        'web',
        {},
        {
          initContainers: [container('migrate', shell('echo "relation tasks already exists" >&2; exit 1'))],
        },
      ),
    ],
    cause: 'migration-failed',
    where: 'deployment/web (migrate)',
    message:
      /The migration of deployment\/web failed: exit code 1; its last line: relation tasks already exists/,
    cure: /correct it.*deploy again/,
    visible: ended,
  },
  'migration-behind': {
    objects: [
      deployment(
        'web',
        node(
          answering(
            503,
            '{"status":"not ready","cause":"The schema is at 0002, 0003 is needed: migrate it."}',
          ),
          { readinessProbe: ready('/health/ready') },
        ),
      ),
    ],
    cause: 'migration-behind',
    where: 'deployment/web',
    message: /they are at 0002, 0003 is needed/,
    cure: /rollout restart/,
    visible: happened('Unhealthy', 6),
  },
}
