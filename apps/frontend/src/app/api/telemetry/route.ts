export { takeBrowserSpans as POST } from '@/server/browser-spans'
