import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * The program of the smoke test where no file of ours is: the stack's journey, and what walks it.
 *
 * @param journey the file of the stack's journey.ts
 */
export function smokeProgram(journey: string): string {
  const walk = fileURLToPath(new URL('walk.ts', import.meta.url))
  return [journey, walk].map((file) => readFileSync(file, 'utf8')).join('\n')
}
