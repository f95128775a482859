import { proxyToBackend } from '@/server/backend-proxy'
import { logged } from '@/server/request-log'

function handle(request: Request): Promise<Response> {
  return logged(request, (requestId) => proxyToBackend(request, requestId))
}

export {
  handle as DELETE,
  handle as GET,
  handle as HEAD,
  handle as OPTIONS,
  handle as PATCH,
  handle as POST,
  handle as PUT,
}
