import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { TOOLS, type ToolName } from '../../../lib/cluster/versions.ts'

type Answer = string | Buffer | ((response: ServerResponse) => void)

/** A mirror of releases on loopback. Serves `files` by path; everything else is a 404. */
export async function releaseServer() {
  const files = new Map<string, Answer>()
  const requests: string[] = []
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    requests.push(path)
    const answer = files.get(path)
    if (typeof answer === 'function') return answer(response)
    response.statusCode = answer === undefined ? 404 : 200
    response.end(answer)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    files,
    requests,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** The paths of a tool's release for the platform, below a mirror. */
export function releasePaths(name: ToolName, os: 'linux' | 'darwin', arch: 'amd64' | 'arm64') {
  const { binary, checksum } = TOOLS[name].release({ os, arch })
  return { binary: binary.replace('https:/', ''), checksum: checksum.replace('https:/', '') }
}

/** A program that prints a line, as a stand-in for a released binary. */
export function program(line: string): string {
  return `#!/bin/sh\necho '${line}'\n`
}

export function sha256(text: string | Buffer): string {
  return createHash('sha256').update(text).digest('hex')
}
