import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** In the place of `kubectl proxy`: the way to the server below, and for whoever wants to know, its process id. */
const KUBECTL = `#!/bin/bash
echo $$ >> "\${BASH_SOURCE[0]%/*}/started"
for word; do [[ $word == --unix-socket=* ]] && /bin/ln -s "\${BASH_SOURCE[0]%/*}/server" "\${word#*=}"; done
echo Starting to serve
exec /bin/sleep 600
`

/** An API server in this process, to which a kubectl leads that is this process's whole PATH. */
export async function apiServer(answer: RequestListener) {
  const folder = mkdtempSync(join(tmpdir(), 'api-server-'))
  const server = createServer(answer)
  await once(server.listen(join(folder, 'server')), 'listening')
  writeFileSync(join(folder, 'kubectl'), KUBECTL, { mode: 0o755 })
  const { PATH } = process.env
  process.env.PATH = folder
  const started = join(folder, 'started')
  return {
    /** Process ids of every proxy there was. */
    proxies: () => (existsSync(started) ? readFileSync(started, 'utf8').trim().split('\n').map(Number) : []),
    close: () => {
      process.env.PATH = PATH
      server.closeAllConnections()
      server.close()
      rmSync(folder, { recursive: true })
    },
  }
}
