import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import worker from '../../device/service-worker.js?text'

/** The service worker of this build: another build is another text, which is how a browser notices. */
export function GET(): Response {
  return new Response(`const version = ${JSON.stringify(version())}\n${worker}`, {
    headers: { 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'no-cache' },
  })
}

function version(): string {
  if (process.env.NODE_ENV === 'development') return ''
  return readFileSync(join(process.cwd(), '.next', 'BUILD_ID'), 'utf8').trim()
}
