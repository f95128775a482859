import type { Problem } from './problem.ts'

/** SQL by file name: what the database of the stack runs once, in the order of the names, when it is made. */
export type InitScripts = Readonly<Record<string, string>>

/** https://kubernetes.io/docs/concepts/configuration/configmap/#motivation */
const MOST_BYTES = 2 ** 20
/** https://kubernetes.io/docs/concepts/configuration/configmap/#configmap-object */
const KEY = /^[-._a-zA-Z0-9]{1,253}$/

/** @returns what of these scripts no ConfigMap can hold */
export function initScriptProblems(scripts: InitScripts): Problem[] {
  const misnamed = Object.keys(scripts).filter((name) => !KEY.test(name))
  const bytes = Object.entries(scripts).reduce((sum, entry) => sum + Buffer.byteLength(entry.join('')), 0)
  return [
    ...misnamed.map((name) => ({
      message: `apps/database/init/${name} has a name that no ConfigMap can hold.`,
      cure: 'rename it: letters, digits, dots, hyphens and underscores only',
    })),
    ...(bytes > MOST_BYTES
      ? [
          {
            message: `The scripts of apps/database/init have ${Math.ceil(bytes / 1024)} KiB together, and the ConfigMap that brings them into the cluster holds 1024.`,
            cure: 'make them smaller, and load data into the running stack instead: npm run db -- restore',
          },
        ]
      : []),
  ]
}
