import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { environment } from '../../lib/shell/environment.ts'

/** The section of the service file, by which the programs ask for the database. */
const SERVICE = 'stack'

/** What makes pg_dump, pg_restore and psql use the database that is meant, without its password in a word or a variable. */
export interface DatabaseFiles {
  /** Files by their name in the folder. */
  readonly files: ReadonlyMap<string, string>
  readonly env: Readonly<Record<string, string>>
}

/**
 * A connection string as libpq's own files, https://www.postgresql.org/docs/17/libpq-pgservice.html
 *
 * @param url like postgresql://user:password@host:5432/database
 * @param folder where the files will be; nobody else may read them there
 * @param authorities certificates in PEM that `sslmode=verify-full` trusts
 */
export function connection(url: string, folder: string, authorities = trustedHere()): DatabaseFiles {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url)
  const verified = searchParams.get('sslmode') === 'verify-full'
  const options = {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port || '5432',
    dbname: decodeURIComponent(pathname.slice(1)),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    application_name: 'backup',
    connect_timeout: '10',
    ...Object.fromEntries(searchParams),
    // libpq would look into the home folder, and an image need not have authorities of its own.
    ...(verified ? { sslrootcert: join(folder, 'authorities.pem') } : {}),
  }
  const lines = Object.entries(options).flatMap(([name, value]) => (value ? [`${name}=${value}`] : []))
  return {
    files: new Map([
      ['service.conf', [`[${SERVICE}]`, ...lines, ''].join('\n')],
      ...(verified ? [['authorities.pem', authorities] as const] : []),
    ]),
    env: { PGSERVICEFILE: join(folder, 'service.conf'), PGSERVICE: SERVICE },
  }
}

/** The authorities that Node trusts on this machine: its own, and those of NODE_EXTRA_CA_CERTS. */
function trustedHere(): string {
  const more = environment('service').NODE_EXTRA_CA_CERTS
  return [...rootCertificates, ...(more ? [readFileSync(more, 'utf8')] : [])].join('\n')
}
