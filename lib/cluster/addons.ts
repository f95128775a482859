import { oneOf } from '../shell/command.ts'

/** What can be added to a cluster by its name, under the names that Minikube gives them. */
export const ADDONS = ['ingress', 'metrics-server', 'dashboard', 'registry'] as const
export type Addon = (typeof ADDONS)[number]

/**
 * @param list names with commas between them
 * @throws Refusal with exit code 2 on a name that is none of `ADDONS`
 */
export function parseAddons(list: string): Addon[] {
  const names = list.split(',').map((name) => name.trim())
  return names.filter((name) => name !== '').map((name) => oneOf('An addon', name, ADDONS))
}
