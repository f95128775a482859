import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { which } from 'zx/core'

interface Answer {
  readonly stdout?: string
  readonly stderr?: string
  readonly exitCode?: number
}

/** One call of a recorded command. */
export interface Call {
  readonly argv: readonly string[]
  readonly stdin: string
  /** Which ports Minikube is to publish, where its environment says so. */
  readonly ports?: string
  /** The Minikube into which images are to be loaded. */
  readonly loadedBy?: string
  /** Whether the Minikube on PATH is one that says nothing. */
  readonly isHidden?: boolean
}

/** In bash, which starts ten times as fast as Node. */
const RECORDER = `#!/usr/bin/env bash
name=\${BASH_SOURCE[0]##*/}
folder=\${BASH_SOURCE[0]%/bin/*}
stdin=
for word in "$@"; do
  if [[ $word == --config=- ]]; then IFS= read -r -d '' stdin; fi
done
printf '%s\\0' "$#" "$name" "$@" "\${MINIKUBE_PORTS+=}\${MINIKUBE_PORTS-}" "$stdin" "\${TODO_MINIKUBE-}" "$(type -P minikube)" >> "$folder/calls"
say() { IFS= read -r -d '' text < "$1"; printf '%s' "$text"; }
for answer in "$folder"/answers/*; do
  if [[ -e $answer/start && "$name $*" == "$(< "$answer/start")"* ]]; then
    say "$answer/stdout"
    say "$answer/stderr" >&2
    exit "$(< "$answer/exitCode")"
  fi
done
`

/**
 * A folder for PATH with stand-ins for commands, and nothing else but a shell: each writes down how it was called and
 * answers what it was told to.
 *
 * @param answers by the start of the command line; a command without one answers nothing, with exit code 0
 */
export async function recordingCommands(names: readonly string[], answers: Readonly<Record<string, Answer>>) {
  const folder = await mkdtemp(join(tmpdir(), 'recording-'))
  const path = join(folder, 'bin')
  await mkdir(path)
  await symlink(await which('bash'), join(path, 'bash'))
  for (const [n, [start, { stdout = '', stderr = '', exitCode = 0 }]] of Object.entries(answers).entries()) {
    const place = join(folder, 'answers', String(n).padStart(3, '0'))
    await mkdir(place, { recursive: true })
    for (const [file, text] of Object.entries({ start, stdout, stderr, exitCode: String(exitCode) }))
      await writeFile(join(place, file), text)
  }
  for (const name of names) await writeFile(join(path, name), RECORDER, { mode: 0o755 })
  const log = join(folder, 'calls')
  return {
    path,
    /** An empty folder that the commands may keep state in. */
    state: join(folder, 'state'),
    calls: async (): Promise<Call[]> => (existsSync(log) ? recorded(await readFile(log, 'utf8')) : []),
    remove: () => rm(folder, { recursive: true }),
  }
}

function recorded(log: string): Call[] {
  const parts = log.split('\0')
  const calls: Call[] = []
  while (parts.length > 1) {
    const words = Number(parts.shift())
    const argv = parts.splice(0, words + 1)
    const [ports = '', stdin = '', loadedBy = '', minikube = ''] = parts.splice(0, 4)
    const isHidden = minikube.endsWith('/without-minikube/minikube')
    calls.push({
      argv,
      stdin,
      ...(ports ? { ports: ports.slice(1) } : {}),
      ...(loadedBy ? { loadedBy } : {}),
      ...(isHidden ? { isHidden } : {}),
    })
  }
  return calls
}
