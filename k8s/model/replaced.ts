import type { Settings } from './stack.ts'

/** Whether a service is not ours to run, because `.env.local` names another one outside. */
export function isReplaced({ replaced }: Settings, service: string): boolean {
  return replaced.includes(service)
}
