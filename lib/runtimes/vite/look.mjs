// Says which content of a source file a development server of Vite has: `look.mjs PORT FILE`, in the folder of the server.
// Vite gives each module with a source map, which holds the text that it was made of.
import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import { argv, cwd } from 'node:process'

const [port, file] = argv.slice(-2)
const url = `http://127.0.0.1:${port}/@fs${resolve(cwd(), file)}`
const answer = await fetch(url, { signal: AbortSignal.timeout(30_000) }).catch(() => undefined)
const module = answer?.ok ? await answer.text() : ''
const [, map] = /sourceMappingURL=data:application\/json;base64,([\w+/=]+)\s*$/.exec(module) ?? []
const { sourcesContent = [] } = map ? JSON.parse(Buffer.from(map, 'base64').toString('utf8')) : {}
if (sourcesContent.length === 1) console.log(createHash('sha256').update(sourcesContent[0]).digest('hex'))
