import { readFileSync } from 'node:fs'

/**
 * The events of a `skaffold dev` (v2.24) with two images, in which one after the other a file was synced, a file could
 * not be synced, an image could not be built, a readiness probe failed until the deadline, and all was cured again.
 */
export const RECORDED = readFileSync(new URL('skaffold-dev.ndjson', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
