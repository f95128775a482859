import type { StepTime } from '../../k8s/model/journey.ts'
import { colour, say } from '../../lib/shell/command.ts'

export function sayStep({ step, milliseconds }: StepTime): void {
  say(`smoke: ${colour('green', '✓')} ${step} ${colour('dim', `${milliseconds} ms`)}`)
}
