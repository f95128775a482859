import { colour, say } from '../shell/command.ts'
import type { Step } from './journey.ts'

export function sayStep({ step, milliseconds }: Step): void {
  say(`smoke: ${colour('green', '✓')} ${step} ${colour('dim', `${milliseconds} ms`)}`)
}
