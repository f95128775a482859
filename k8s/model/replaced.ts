import type { Choices } from './choices.ts'

/** Whether a service is not ours to run, because `.env.local` names another one outside. */
export function isReplaced({ replaced }: Choices, service: string): boolean {
  return replaced.includes(service)
}
