// Serves the page that Vite has built, and passes on what it asks the API.
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream'
import sirv from 'sirv'

const { API_URL = '', HOSTNAME, PORT } = process.env
const page = sirv('dist', {
  etag: true,
  setHeaders: (answer) =>
    answer.setHeader('content-security-policy', "default-src 'self'; img-src 'self' data:"),
})

const server = createServer((asked, answer) => {
  if (asked.url === '/livez' || asked.url === '/readyz') answer.end()
  else if (asked.url?.startsWith('/api/')) passOn(asked, answer)
  else page(asked, answer)
})

function passOn(asked: IncomingMessage, answer: ServerResponse): void {
  const { method = 'GET', headers, url = '/' } = asked
  const onward = request(new URL(url, API_URL), { method, headers, timeout: 10_000 })
  onward.once('response', (reply) => {
    answer.writeHead(reply.statusCode ?? 502, reply.headers)
    pipeline(reply, answer, () => undefined)
  })
  onward.once('timeout', () => onward.destroy())
  onward.once('error', () => {
    if (answer.headersSent) answer.destroy()
    else answer.writeHead(502).end(JSON.stringify({ error: 'The API does not answer.' }))
  })
  asked.pipe(onward)
}

server.listen(Number(PORT), HOSTNAME)
process.once('SIGTERM', () => server.close())
