import { inspect } from 'node:util'
import type * as Uvu from '../../node_modules/uvu/index.d.ts'

/** What tests import as `uvu` (tsconfig.json, paths): the same, but a hook that throws says why. uvu keeps that to itself. */
const PACKAGE = '../../node_modules/uvu/dist/index.mjs'
const { exec, suite: plain } = (await import(PACKAGE)) as typeof Uvu

export type { Callback, Test } from '../../node_modules/uvu/index.d.ts'
export { exec }

export const suite: typeof Uvu.suite = (name, context) => {
  const test = plain(name, context)
  for (const when of ['before', 'after'] as const) {
    const add = test[when]
    test[when] = Object.assign((hook: Parameters<typeof add>[0]) => add(telling(hook, when)), {
      each: (hook: Parameters<typeof add>[0]) => add.each(telling(hook, `${when}.each`)),
    })
  }
  return test
}

export const test = suite()

function telling<Context>(hook: Uvu.Callback<Context>, when: string): Uvu.Callback<Context> {
  return async (context) => {
    try {
      await hook(context)
    } catch (error) {
      console.log(`\n${when} failed: ${inspect(error)}`)
      throw error
    }
  }
}
