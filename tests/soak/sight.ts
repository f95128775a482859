import type { Seen } from './served.ts'
import type { Expected } from './world.ts'

export function isBroken(what: Expected): what is { readonly broken: readonly string[] } {
  return typeof what === 'object' && 'broken' in what
}

/** Whether two worlds have the same to show at a sight. */
export function same(one: Expected | undefined, other: Expected): boolean {
  const what = (expected: Expected | undefined) =>
    typeof expected === 'object' && 'text' in expected ? expected.text : expected
  return JSON.stringify(what(one)) === JSON.stringify(what(other))
}

/** Whether what is seen is what has to be: old text is never right, not even where the new one is broken. */
export function shows({ status, text }: Seen, what: Expected): boolean {
  if (what === 'not found') return status === 404
  const down = status === 0 || status >= 500
  return isBroken(what)
    ? down
    : (status === 200 && text === what.text) || (what.mayFail && (down || status === 401))
}

/** @returns what is wanted and what is there instead, for a person */
export function complaint(what: Expected | undefined, seen: Seen | undefined): string {
  return `${wish(what)}, but: ${seen ? describe(seen) : 'could not be looked at'}`
}

function describe({ status, text }: Seen): string {
  return status === 0 ? 'no answer' : `${status}${text === undefined ? '' : ` "${text}"`}`
}

function wish(what: Expected | undefined): string {
  if (what === undefined || what === 'not found') return 'should be 404'
  return isBroken(what) ? 'should not be served' : `should be "${what.text}"`
}
