import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { which } from 'zx/core'

export interface Answer {
  readonly stdout?: string
  readonly stderr?: string
  readonly exitCode?: number
  /** Goes on after its answer until it is ended, as a watch does. */
  readonly stays?: boolean
}

/**
 * By the start of kubectl's words, the context left out; what has none is answered with nothing and exit code 0.
 * Asked for several kinds at once, it joins the lists of `get <kind>`.
 */
export type Answers = Readonly<Record<string, Answer>>

/** One call of kubectl. */
export interface Call {
  readonly context: string
  /** What follows the context, joined by blanks. */
  readonly words: string
  readonly stdin: string
}

/** In bash: a hook calls kubectl eight times, and bash starts ten times as fast as Node. */
const KUBECTL = `#!/usr/bin/env bash
folder=\${BASH_SOURCE[0]%/bin/kubectl}
if [[ $1 != --context ]]; then echo 'kubectl was called without --context' >&2; exit 99; fi
context=$2
shift 2
IFS= read -r -d '' stdin
printf '%s\\0%s\\0%s\\0' "$context" "$*" "$stdin" >> "$folder/calls"
if [[ $1 == get && $2 == *,* ]]; then
  items=
  IFS=, read -r -a kinds <<< "$2"
  for kind in "\${kinds[@]}"; do
    for answer in "$folder"/answers/*; do
      [[ -e $answer/start && "$(< "$answer/start")" == "get $kind" ]] || continue
      if [[ "$(< "$answer/exitCode")" != 0 ]]; then
        printf '%s' "$(< "$answer/stderr")" >&2
        exit "$(< "$answer/exitCode")"
      fi
      list=$(< "$answer/stdout")
      list=\${list#'{"items":['}
      list=\${list%']}'}
      items+=\${list:+\${items:+,}$list}
    done
  done
  printf '{"items":[%s]}' "$items"
  exit 0
fi
if [[ $1 == proxy && -S $folder/api ]]; then
  /bin/ln -s "$folder/api" "\${2#--unix-socket=}"
  echo Starting to serve
  exec sleep 600
fi
for answer in "$folder"/answers/*; do
  if [[ -e $answer/start && "$*" == "$(< "$answer/start")"* ]]; then
    printf '%s' "$(< "$answer/stdout")"
    printf '%s' "$(< "$answer/stderr")" >&2
    if [[ -s $answer/stays ]]; then echo; exec sleep 600; fi
    exit "$(< "$answer/exitCode")"
  fi
done
exit 0
`

/**
 * A kubectl which writes down how it was called and answers what it was told to. `path` holds it and what it needs, and
 * nothing else.
 */
export async function recordingKubectl(answers: Answers) {
  const folder = await mkdtemp(join(tmpdir(), 'kubectl-'))
  const path = join(folder, 'bin')
  await mkdir(path)
  for (const program of ['bash', 'sleep']) await symlink(await which(program), join(path, program))
  await writeFile(join(path, 'kubectl'), KUBECTL, { mode: 0o755 })
  let current: Answers = {}
  const log = join(folder, 'calls')
  const calls = async (): Promise<Call[]> => {
    const parts = existsSync(log) ? (await readFile(log, 'utf8')).split('\0') : []
    const all: Call[] = []
    while (parts.length > 3) {
      const [context = '', words = '', stdin = ''] = parts.splice(0, 3)
      all.push({ context, words, stdin })
    }
    return all
  }
  const answer = async (more: Answers): Promise<void> => {
    current = { ...current, ...more }
    for (const [n, [start, { stdout = '', stderr = '', exitCode = 0, stays }]] of Object.entries(
      current,
    ).entries()) {
      const place = join(folder, 'answers', String(n).padStart(3, '0'))
      await mkdir(place, { recursive: true })
      const files = { start, stdout, stderr, exitCode: String(exitCode), stays: stays ? 'yes' : '' }
      for (const [file, text] of Object.entries(files)) await writeFile(join(place, file), text)
    }
  }
  await answer(answers)

  return {
    path,
    calls,
    /** Where a server may listen, to which its proxies lead. */
    apiSocket: join(folder, 'api'),
    /** From now on it answers so. */
    answer,
    /** From now on `get` gives what was applied, as a cluster would. */
    keepApplied: async (): Promise<void> => {
      for (const { words, stdin } of await calls())
        if (words.startsWith('apply ')) await answer(stored(stdin))
    },
    remove: async (): Promise<void> => {
      // One that a hook has ended may still be writing down how it was called: under this name it finds no place to.
      await rename(folder, `${folder}.gone`)
      await rm(`${folder}.gone`, { recursive: true })
    },
  }
}

function stored(applied: string): Answers {
  const { stringData, ...object } = JSON.parse(applied) as {
    kind: string
    metadata: { name: string }
    stringData?: Record<string, string>
  }
  const data = Object.entries(stringData ?? {}).map(([key, value]) => [
    key,
    Buffer.from(value).toString('base64'),
  ])
  return {
    [`get ${object.kind.toLowerCase()} ${object.metadata.name}`]: {
      stdout: JSON.stringify({ ...object, data: Object.fromEntries(data) }),
    },
  }
}
