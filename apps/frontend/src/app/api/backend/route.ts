export {
  proxyToBackend as DELETE,
  proxyToBackend as GET,
  proxyToBackend as HEAD,
  proxyToBackend as OPTIONS,
  proxyToBackend as PATCH,
  proxyToBackend as POST,
  proxyToBackend as PUT,
} from '@/server/backend-proxy'
