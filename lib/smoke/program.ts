import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * The program of the smoke test where no file of ours is: the stack's journey, and what walks it.
 *
 * @param journey the file of the stack's journey.ts
 */
export function smokeProgram(journey: string): string {
  const ours = ['walk.ts', 'main.ts'].map((name) => fileURLToPath(new URL(name, import.meta.url)))
  return [journey, ...ours].map((file) => readFileSync(file, 'utf8')).join('\n')
}
