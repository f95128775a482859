import type { Stack } from '../../../k8s/model/stack.ts'
import type { CauseName } from '../cause-names.ts'

/** Where lines were said. */
export interface Place {
  /** Like `deployment/backend`, or `backend` on the host. */
  readonly where: string
  /** What the program is part of. */
  readonly stack: Stack
  /** The program still runs, so what it says need not have ended it. */
  readonly alive: boolean
  /** Its namespace, and the names of the Services there; undefined on the host. */
  readonly cluster: { readonly namespace: string; readonly services: readonly string[] } | undefined
  /** Of the database that it uses. */
  readonly databasePort: number
  /** Whether the language model is the stack's own stand-in. */
  readonly standIn: boolean
}

export interface Told {
  readonly message: string
  readonly cure: string
  /** Which line told it. */
  readonly at: number
}

/** What a program's last words tell about why it fails; pods and host processes use the same words. */
export interface Rule {
  readonly cause: CauseName
  readonly read: (lines: readonly string[], place: Place) => Told | undefined
}

/** The name of the program that said it: `backend` of `deployment/backend (migrate)`, and of `backend` on the host. */
export function programOf({ where }: Pick<Place, 'where'>): string {
  return where.replace(/ \(.*\)$/, '').replace(/^.*\//, '')
}

/** What brings a changed `.env.local` to the programs. */
export function afterSettings({ cluster }: Place): string {
  return cluster ? 'npm run secrets' : 'npm run up'
}

/** Makes a rule of a pattern, or of one that depends on the place: the newest line that matches counts. */
export function rule(
  cause: CauseName,
  pattern: RegExp | ((place: Place) => RegExp),
  tell: (match: RegExpExecArray, place: Place) => { message: string; cure: string },
): Rule {
  return {
    cause,
    read: (lines, place) => {
      const expected = typeof pattern === 'function' ? pattern(place) : pattern
      for (let at = lines.length - 1; at >= 0; at--) {
        const match = expected.exec(lines[at] ?? '')
        if (match) return { at, ...tell(match, place) }
      }
      return undefined
    },
  }
}
