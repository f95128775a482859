import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Copy } from '../cluster/copy.ts'

/** How often a loop has deployed so far, as the logs of its hooks have it. */
export interface Deployments {
  readonly begun: number
  readonly ended: number
  /** How many of those that have ended did not pass the smoke test. */
  readonly failed: number
}

/** Each deployment begins with the gate and ends with the smoke test. */
export async function deployments(copy: Copy): Promise<Deployments> {
  const [gate, smoke] = await Promise.all([hookLog(copy, 'gate'), hookLog(copy, 'smoke')])
  const failed = smoke.filter((line) => line.includes('"event":"failed"')).length
  return {
    begun: gate.filter((line) => line.includes('"event":"passed"')).length,
    ended: failed + smoke.filter((line) => line.includes('find the row')).length,
    failed,
  }
}

async function hookLog(copy: Copy, hook: string): Promise<string[]> {
  const files = (await readdir(copy.state, { recursive: true })).filter((name) =>
    name.endsWith(`/${hook}.jsonl`),
  )
  const texts = await Promise.all(files.map((name) => readFile(join(copy.state, name), 'utf8')))
  return texts.join('').split('\n')
}
