import { chmodSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

/** Stands in for `kubectl proxy`: serves what a file says, and a line of each watch when that file changes. */
const KUBECTL = `#!${process.execPath}
const { createServer } = require('node:http')
const { appendFileSync, readFileSync, watchFile } = require('node:fs')
const folder = __dirname
appendFileSync(folder + '/started', process.pid + '\\n')
const world = () => JSON.parse(readFileSync(folder + '/world.json', 'utf8'))
const socket = process.argv.find((word) => word.startsWith('--unix-socket=')).slice(14)
const watchers = new Set()
const server = createServer((request, answer) => {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost')
  if (searchParams.has('watch')) {
    answer.flushHeaders()
    return watchers.add(answer)
  }
  const { items = {}, logs = {}, isAway } = world()
  if (isAway) return answer.writeHead(502).end()
  if (pathname.endsWith('/log')) return answer.end(logs[pathname] ?? '')
  answer.end(JSON.stringify({ items: items[pathname] ?? [] }))
})
server.listen(socket, () => console.log('Starting to serve on ' + socket))
watchFile(folder + '/world.json', { interval: 20 }, () => {
  if (world().dies === process.pid) process.exit(1)
  for (const watcher of watchers) watcher.write('{}\\n')
})
`

export interface World {
  readonly items?: Readonly<Record<string, readonly object[]>>
  /** There is no cluster behind the proxy. */
  readonly isAway?: boolean
  /** The proxy of this process id ends. */
  readonly dies?: number
}

/** A kubectl on this process's PATH whose proxy shows a made-up namespace. */
export function standInApi() {
  const folder = mkdtempSync(join(tmpdir(), 'api-'))
  const path = process.env.PATH
  const show = (world: World) => {
    writeFileSync(join(folder, 'world.partial'), JSON.stringify(world))
    renameSync(join(folder, 'world.partial'), join(folder, 'world.json'))
  }
  show({})
  writeFileSync(join(folder, 'kubectl'), KUBECTL)
  chmodSync(join(folder, 'kubectl'), 0o755)
  process.env.PATH = `${folder}${delimiter}${path}`
  const started = join(folder, 'started')
  return {
    show,
    /** Process ids of every proxy there was. */
    proxies: () => (existsSync(started) ? readFileSync(started, 'utf8').trim().split('\n').map(Number) : []),
    remove: () => {
      process.env.PATH = path
      rmSync(folder, { recursive: true })
    },
  }
}
