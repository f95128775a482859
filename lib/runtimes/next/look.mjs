// Says which content of a source file a development server of Next.js has: `look.mjs PORT FILE`, in the folder of the server.
// It asks for pages until one is made of the file, and reads in the source maps of that page what was compiled. Next.js
// compiles what is asked for, from what it knows of the disk: only the content tells whether that was the present one.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { argv } from 'node:process'

const [port, file] = argv.slice(-2)
const BUILT = '.next/dev'
/** Milliseconds in which a page is compiled on a busy machine. */
const PATIENCE = 60_000

const app = ['src/app', 'app'].find(existsSync) ?? 'app'
for (const entry of entries()) {
  const url = `http://127.0.0.1:${port}/${entry.route}`
  const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(PATIENCE) }).catch(
    () => undefined,
  )
  await answer?.arrayBuffer()
  const content = answer && compiled(join(BUILT, 'server', 'app', entry.built))
  if (content === undefined) continue
  console.log(createHash('sha256').update(content).digest('hex'))
  break
}

/** What can be asked for without knowing a parameter, that which stands closest to the file first. */
function entries() {
  return readdirSync(app, { recursive: true, encoding: 'utf8' })
    .filter((path) => /(^|\/)(page|route)\.[jt]sx?$/.test(path) && !/[[@]/.test(path))
    .map((path) => {
      const built = path.replace(/\.[jt]sx?$/, '.js')
      const parts = path.split(sep).slice(0, -1)
      const route = parts.filter((part) => !part.startsWith('(')).join('/')
      return { route, built, distance: distance(join(app, ...parts), file) }
    })
    .sort((one, other) => one.distance - other.distance)
}

/** Steps from one path to another; a page is closer than a route that serves none. */
function distance(from, to) {
  return relative(from, to).split(sep).length + (from.includes(`${app}/api`) ? 100 : 0)
}

/** @returns the text of the file that a page was compiled of, in the browser's part or the server's; undefined where it was not */
function compiled(page) {
  if (!existsSync(page)) return undefined
  const manifest = page.replace(/\.js$/, '_client-reference-manifest.js')
  const named = [page, manifest].filter(existsSync).map((path) => readFileSync(path, 'utf8'))
  const chunks = named.join('').match(/(?:server|static)\/chunks\/[^"'\\]+?\.(?:js|css)/g) ?? []
  for (const chunk of new Set(chunks)) {
    const map = join(BUILT, `${decodeURIComponent(chunk)}.map`)
    const text = existsSync(map) ? inMap(JSON.parse(readFileSync(map, 'utf8'))) : undefined
    if (text !== undefined) return text
  }
  return undefined
}

function inMap({ sections, sources = [], sourcesContent = [] }) {
  for (const section of sections ?? []) {
    const text = inMap(section.map)
    if (text !== undefined) return text
  }
  const at = sources.findIndex((source) => decodeURIComponent(source).endsWith(`/${file}`))
  return at < 0 ? undefined : (sourcesContent[at] ?? undefined)
}
