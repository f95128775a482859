import { existsSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { Refusal } from '../../lib/shell/refusal.ts'
import { CHECKOUT } from '../../lib/shell/state-folder.ts'
import { isIn, LATER, needsCluster, type Runner, TIERS, type Tier, testFiles } from './tiers.ts'

/** What a test run is to do. */
export interface TestChoice {
  readonly files: Readonly<Record<Runner, readonly string[]>>
  /** Formatters, linters and type checkers too. */
  readonly checks: boolean
  /** What is left out, and why: a line each. */
  readonly notes: readonly string[]
}

/**
 * Reads the words of `npm test`.
 *
 * @param words nothing for the default tier, the name of one, or paths of test files and of folders of them
 * @param from the folder in which they were typed
 * @throws Refusal with exit code 2 on a word that is none of these
 */
export function choose(words: readonly string[], from: string): TestChoice {
  const [word = 'default'] = words
  const named = words.length <= 1 ? TIERS.find((name) => name === word) : undefined
  if (named) return tier(named)
  const chosen = words.map((path) => filesOf(path, from))
  const all = (runner: Runner) => [...new Set(chosen.flatMap((files) => files[runner]))]
  // The others have a state folder of their own, in which the tools of a cluster are not found.
  const onCluster = all('uvu').filter(needsCluster).length
  if (onCluster > 0 && onCluster < all('uvu').length + all('pytest').length)
    throw new Refusal(
      'What needs a cluster runs by itself.',
      'name the others without tests/cluster and tests/proof/cluster',
      2,
    )
  return { files: { uvu: all('uvu'), pytest: all('pytest') }, checks: false, notes: [] }
}

function tier(name: Tier): TestChoice {
  const files = (runner: Runner) => testFiles(runner).filter((file) => isIn(name, file))
  const later = name === 'default' ? Object.entries(LATER).map(([file, why]) => `  ${file} ${why}`) : []
  return {
    files: { uvu: files('uvu'), pytest: files('pytest') },
    checks: name === 'default' || name === 'all',
    notes: [
      ...(later.length > 0 ? ['not run, but by npm run test:all:', ...later] : []),
      ...(name === 'cluster'
        ? []
        : ['not run: tests/cluster, which need a Minikube; npm run test:cluster runs them']),
    ],
  }
}

function filesOf(path: string, from: string): Record<Runner, string[]> {
  const wanted = relative(CHECKOUT, resolve(existsSync(resolve(from, path)) ? from : CHECKOUT, path))
  const within = (runner: Runner) =>
    testFiles(runner).filter((file) => file === wanted || file.startsWith(join(wanted, '/')))
  const files = { uvu: within('uvu'), pytest: within('pytest') }
  if (files.uvu.length + files.pytest.length === 0)
    throw new Refusal(
      `"${path}" is no test file and no folder with one.`,
      'name some like stack/tests/golden.test.ts, apps/backend/tests/test_auth.py or tests/lib/loop; see --help',
      2,
    )
  return files
}
