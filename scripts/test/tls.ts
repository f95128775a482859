import { chmodSync, chownSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { $ } from 'zx/core'
import { unprivileged } from '../../lib/runtimes/postgres/unprivileged.ts'
import { environment } from '../../lib/shell/environment.ts'

/**
 * Has the tests' PostgreSQL offer TLS, as `localhost`, with a certificate that no authority but one of its own vouches for.
 *
 * @param state the folder of what outlives a command
 * @param url where it answers, as a user that may set it up
 * @param python the interpreter of the tests' packages
 * @returns the file with that authority's certificate
 */
export async function offerTls(state: string, url: string, python: string): Promise<string> {
  const { identity, folder } = unprivileged(state)
  const tls = join(folder, 'tls')
  mkdirSync(tls, { recursive: true })
  await $({
    quiet: true,
    env: environment('service'),
  })`${python} -m trustme --quiet --dir ${tls} --identities localhost`
  chmodSync(tls, 0o755)
  chmodSync(join(tls, 'server.pem'), 0o644)
  const key = join(tls, 'server.key')
  chmodSync(key, 0o600)
  if (identity) chownSync(key, identity.uid, identity.gid)
  await ask(url, `ALTER SYSTEM SET ssl_cert_file = '${join(tls, 'server.pem')}'`)
  await ask(url, `ALTER SYSTEM SET ssl_key_file = '${key}'`)
  await ask(url, 'ALTER SYSTEM SET ssl = on')
  await ask(url, 'SELECT pg_reload_conf()')
  // The server reads its configuration when it comes to it.
  while ((await ask(url, 'SHOW ssl')).ssl !== 'on');
  return join(tls, 'client.pem')
}

async function ask(url: string, statement: string): Promise<Record<string, unknown>> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows[0] ?? {}
  } finally {
    await client.end()
  }
}
