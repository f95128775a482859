import { readFileSync } from 'node:fs'

/** @returns what a file of text holds; undefined where it is not there, or cannot be read */
export function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
