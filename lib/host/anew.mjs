import { register } from 'tsx/esm/api'

// A thread begins with JavaScript.
register()
await import('./anew-thread.ts')
