import { colour } from '../shell/command.ts'
import type { Finding } from './finding.ts'

/** A finding as a person reads it: what, the last lines that show it, the cure. */
export function findingLines({ message, cure, evidence }: Finding, stream: NodeJS.WriteStream): string[] {
  return [
    `${colour('red', '✗', stream)} ${message}`,
    ...evidence.map((line) => colour('dim', `    ${line}`, stream)),
    `  → ${cure}`,
  ]
}
