import type { Circumstances } from './model/stack.ts'
import type { Settings } from './settings.ts'

/**
 * Every plain variable of the stack's programs; no secret among them.
 *
 * @returns the value of each environment variable, for the ConfigMap and for host processes alike
 */
export function configuration(
  settings: Settings,
  circumstances: Omit<Circumstances, 'settings' | 'own'>,
): Readonly<Record<string, string>> {
  const all = { ...circumstances, settings, own: settings.own }
  return Object.fromEntries(
    Object.entries(settings.stack.configuration).map(([name, valueFrom]) => [name, valueFrom(all)]),
  )
}
