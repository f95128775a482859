import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { $, ProcessOutput } from 'zx/core'
import { environment } from '../../shell/environment.ts'
import { findProgram } from '../../shell/find-program.ts'
import { Refusal } from '../../shell/refusal.ts'
import { CHECKOUT } from '../../shell/state-folder.ts'
import type { HostRuntime } from '../on-host.ts'

/** Where the reloader is, with what it is built from. */
const RUNTIME = 'lib/runtimes/go'

/** Programs are built into the state folder, with caches there: what is served sees nobody's home. */
export const goOnHost: HostRuntime = (programs, { state, reloads }) => {
  const binary = (name: string) => join(state, 'programs', name)
  const caches = {
    GOPATH: join(state, 'go'),
    GOCACHE: join(state, 'go', 'cache'),
    GOFLAGS: '-buildvcs=false -modcacherw',
    GOTOOLCHAIN: 'local',
    CGO_ENABLED: '0',
  }
  const go = async (directory: string, words: readonly string[], interrupted: AbortSignal) => {
    const path = await goFor(directory)
    mkdirSync(join(state, 'programs'), { recursive: true })
    const env = { ...environment('go'), ...caches }
    const run = $({ quiet: true, cwd: join(CHECKOUT, directory), signal: interrupted, env })
    await run`${path} ${words}`.catch((error: unknown) => {
      interrupted.throwIfAborted()
      if (!(error instanceof ProcessOutput)) throw error
      throw new Refusal(
        `go ${words[0]} failed in ${directory}/:\n  ${error.stderr.trim().split('\n').slice(-15).join('\n  ')}`,
        'correct what it says, then again',
      )
    })
    return true
  }
  const reloader = {
    name: "Go's reloader",
    run: (interrupted: AbortSignal) =>
      go(RUNTIME, ['build', '-o', binary('reload'), './reload'], interrupted),
  }
  return {
    preparations: reloads
      ? [
          [
            reloader,
            ...programs.map(({ name, directory }) => ({
              name: `${name} packages`,
              run: (interrupted: AbortSignal) => go(directory, ['mod', 'download'], interrupted),
            })),
          ],
        ]
      : programs.map(({ name, directory }) => [
          {
            name: `${name} build`,
            run: (interrupted) => go(directory, ['build', '-o', binary(name), '.'], interrupted),
          },
        ]),
    command: (words, { name }) =>
      words[0] === 'reload'
        ? [
            'env',
            ...Object.entries(caches).map((pair) => pair.join('=')),
            binary('reload'),
            ...words.slice(1),
          ]
        : [binary(name), ...words.slice(1)],
  }
}

/** @returns the path of a Go that is new enough for the module in this folder @throws Refusal where there is none */
export async function goFor(directory: string): Promise<string> {
  const [, floor = ''] = /^go (\S+)$/m.exec(readFileSync(join(CHECKOUT, directory, 'go.mod'), 'utf8')) ?? []
  const go = await findProgram({ name: 'go', floor: `v${floor}`, versionArguments: ['version'] })
  if (go) return go.path
  throw new Refusal(
    `There is no Go ${floor} or newer on this PATH, which builds ${directory}.`,
    'install it (https://go.dev/doc/install; macOS: brew install go), or use --target cluster',
  )
}
