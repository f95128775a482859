import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { CLIENT_FOLDER } from '../../k8s/database-client.ts'
import { installPostgresClient, postgresClient } from '../../lib/runtimes/postgres/client.ts'
import { stateFolder } from '../../lib/shell/state-folder.ts'

/**
 * Stands for a cluster with one pod in it: what is executed there runs here, with PostgreSQL's programs on PATH and the
 * pod's folder elsewhere. All that a pod says of its start is in `pod.json`.
 */
const KUBECTL = `#!/usr/bin/env bash
here=\${BASH_SOURCE[0]%/bin/kubectl}
printf '%s\\n' "$*" >> "$here/calls"
[[ $1 == --context ]] && shift 2
[[ $1 == --namespace ]] && shift 2
[[ $1 == --namespace=* ]] && shift
case "$1 $2" in
  'config view') cat "$here/config.json" ;;
  'get secret') cat "$here/secret.json" 2>/dev/null || true ;;
  'get pod') cat "$here/pod-status.json" ;;
  'create -f') cat > "$here/pod.json" ;;
  wait*) exec test ! -e "$here/pod-status.json" ;;
  'exec --stdin')
    while [[ $1 != -- ]]; do shift; done
    shift
    PATH=$(< "$here/programs"):$PATH exec "\${@//${CLIENT_FOLDER.replaceAll('/', '\\/')}/$here/run}" ;;
  delete*) mv "$here/pod.json" "$here/pod-deleted.json" ;;
esac
`

/** @param server of the context `minikube` in the kubeconfig */
export async function podOnThisMachine(databaseUrl: string | undefined, server = 'https://127.0.0.1:32771') {
  await installPostgresClient(stateFolder('todo'), new AbortController().signal)
  const folder = await mkdtemp(join(tmpdir(), 'pod-'))
  const put = (name: string, value: unknown) => writeFile(join(folder, name), JSON.stringify(value))
  for (const name of ['bin', 'run']) await mkdir(join(folder, name))
  await writeFile(join(folder, 'bin', 'kubectl'), KUBECTL, { mode: 0o755 })
  await writeFile(join(folder, 'programs'), await postgresClient(stateFolder('todo')))
  await writeFile(join(folder, 'calls'), '')
  await put('config.json', {
    contexts: [{ name: 'minikube', context: { cluster: 'minikube' } }],
    clusters: [{ name: 'minikube', cluster: { server } }],
  })
  if (databaseUrl)
    await put('secret.json', { data: { DATABASE_URL: Buffer.from(databaseUrl).toString('base64') } })
  return {
    /** The stand-in first, then what this machine has. */
    path: [join(folder, 'bin'), process.env.PATH].join(delimiter),
    /** From now on the pod does not start, and this is its status. */
    stuck: (status: object) => put('pod-status.json', { status }),
    /** Each call of kubectl, the context left out. */
    calls: async () =>
      (await readFile(join(folder, 'calls'), 'utf8'))
        .trimEnd()
        .split('\n')
        .map((line) => line.replace(/^--context minikube /, '')),
    /** The pod that was made, and whether it is still there. */
    pod: async () => {
      const there = existsSync(join(folder, 'pod.json'))
      const file = join(folder, there ? 'pod.json' : 'pod-deleted.json')
      return existsSync(file) ? { there, object: JSON.parse(await readFile(file, 'utf8')) } : undefined
    },
    remove: () => rm(folder, { recursive: true }),
  }
}

export type PodOnThisMachine = Awaited<ReturnType<typeof podOnThisMachine>>
