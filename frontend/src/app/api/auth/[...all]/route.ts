import { auth } from '@/server/auth'
import { logged } from '@/server/request-log'

function handle(request: Request): Promise<Response> {
  return logged(request, () => auth().handler(withoutLoneFetchMode(request)))
}

// Node's fetch sends Sec-Fetch-Mode but, unlike any browser, no Sec-Fetch-Site and no Origin; Better Auth would
// take it for a browser that hides where it comes from.
function withoutLoneFetchMode(request: Request): Request {
  if (request.headers.has('sec-fetch-site')) return request
  const headers = new Headers(request.headers)
  headers.delete('sec-fetch-mode')
  // Not `new Request(request, …)`: from Node 24 on, that refuses the subclass which Next hands in.
  const { method, body, signal } = request
  return new Request(request.url, { method, headers, body, signal, duplex: 'half' } as RequestInit)
}

export { handle as GET, handle as POST }
