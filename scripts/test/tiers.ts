import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { CHECKOUT } from '../../lib/shell/state-folder.ts'

/**
 * Which command runs which test file: what needs a cluster is in `tests/cluster`, what stands in this list is left to
 * `npm run test:all`, and `npm test` runs all the rest; but for `tests/proof/cluster`, which `npm run proof` alone runs.
 */
export const LATER: Readonly<Record<string, string>> = {
  'apps/backend/tests/test_contract.py': "draws hundreds of requests from the API's description",
  'tests/hooks/under-fire.test.ts': 'runs hooks more than a thousand times',
  'apps/backend/tests/test_recovery.py': 'waits out every time limit',
  'tests/hooks/cut-short.test.ts': 'starts hooks twenty times',
  'tests/house/one-file.test.ts': 'brings the stack up three times, changed',
  'tests/lib/host/debug.test.ts': 'starts the whole loop, and saves under four debuggers',
  'tests/lib/host/dev-loop.test.ts': 'starts the whole loop, twice',
  'tests/lib/host/edits.test.ts': 'starts the whole loop, and makes two hundred edits',
  'tests/lib/host/interrupted.test.ts': 'begins to bring the stack up eight times',
  'tests/lib/host/long-life.test.ts': 'brings the stack up four times, and plays the other browser stories',
  'tests/lib/host/strangers.test.ts': 'brings the stack up, and the whole loop in a copy of the checkout',
  'tests/lib/host/traces.test.ts': 'brings the stack up once more, with a collector',
  'tests/docs/your-own-stack.test.ts': 'installs packages in a clone, and brings a stack up there twice',
  'tests/database/external.test.ts': 'brings the stack up on a database of its own three times',
}

export const CLUSTER = 'tests/cluster'
const PROOF = 'tests/proof/cluster'

export function needsCluster(file: string): boolean {
  return [CLUSTER, PROOF].some((folder) => file.startsWith(`${folder}/`))
}

/** Where test files are, and what runs them. */
const FOLDERS = {
  uvu: ['tests', 'stack/tests', 'examples/shop/tests', 'apps/assistant-stub/tests', 'apps/frontend/tests'],
  pytest: ['apps/backend/tests', 'tests/lib/runtimes/python'],
} as const

export type Runner = keyof typeof FOLDERS

/** @returns the test files of all tiers, below the checkout, in the order of their names */
export function testFiles(runner: Runner): string[] {
  const isTest = runner === 'uvu' ? /\.test\.ts$/ : /^(?:.*\/)?test_\w+\.py$/
  return FOLDERS[runner].flatMap((folder) =>
    readdirSync(join(CHECKOUT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => isTest.test(name))
      .sort()
      .map((name) => join(folder, name)),
  )
}

/** `later` is what `all` has beside `default`. */
export const TIERS = ['default', 'later', 'all', 'cluster'] as const
export type Tier = (typeof TIERS)[number]

export function isIn(tier: Tier, file: string): boolean {
  if (needsCluster(file)) return tier === 'cluster' && file.startsWith(`${CLUSTER}/`)
  return tier === 'all' || tier === (file in LATER ? 'later' : 'default')
}
