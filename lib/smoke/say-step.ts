import type { Step } from '../../k8s/model/journey.ts'
import { colour, say } from '../../lib/shell/command.ts'

export function sayStep({ step, milliseconds }: Step): void {
  say(`smoke: ${colour('green', '✓')} ${step} ${colour('dim', `${milliseconds} ms`)}`)
}
