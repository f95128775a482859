import { cp } from 'node:fs/promises'

// What `next build` leaves out of the standalone tree, so that it runs from its own folder.
await cp('.next/static', '.next/standalone/.next/static', { recursive: true })
await cp('dist/migrate.mjs', '.next/standalone/migrate.mjs')
