import { readFileSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { oneOf, readFlags, runCommand, say, warn } from '../../lib/shell/command.ts'
import { interruption } from '../../lib/shell/interruption.ts'
import { CHECKOUT } from '../../lib/shell/state-folder.ts'
import { machineFacts } from '../../scripts/bench/machine.ts'
import { choose } from '../../scripts/test/choose.ts'
import { runChoice } from '../../scripts/test/run-choice.ts'
import type { Outcome } from '../../scripts/test/run-suite.ts'
import { needsCluster } from '../../scripts/test/tiers.ts'
import { asText, RECORD, type Recorded, readRecord } from './record.ts'
import { shortcomings, withTables } from './table.ts'
import { TOPICS } from './topics.ts'

const NAMES = TOPICS.map(({ name }) => name)
const USAGE = `npm run proof -- [TOPIC…]

Runs the tests that prove what this repository promises, and writes what they came to into docs/proof.md and
tests/proof/record.json. Ends with 1 where something that was chosen falls short. What is in a cluster needs Minikube.

  TOPIC  ${NAMES.join(', ')}. Without one: all.`

const DOCUMENT = join(CHECKOUT, 'docs/proof.md')

runCommand(import.meta.url, async (argv) => {
  const { positionals } = readFlags(argv, USAGE, {}, true)
  const names = positionals.map((word) => oneOf('The topic', word, NAMES))
  const chosen = TOPICS.filter(({ name }) => names.length === 0 || names.includes(name))
  const files = [...new Set(chosen.flatMap(({ claims }) => claims.flatMap(({ tests }) => tests)))]
  const interrupted = interruption('npm run proof')
  const { system, cpus, commit } = await machineFacts()
  const on = `${new Date().toISOString().slice(0, 10)}, ${commit}, ${cpus} CPUs of ${system}, load ${(loadavg()[0] ?? 0).toFixed(1)}`
  const recorded = readRecord()
  for (const file of files) delete recorded[file]
  // The others move the state folder, in which the tools of a cluster are found.
  for (const part of [files.filter(needsCluster), files.filter((file) => !needsCluster(file))])
    if (part.length > 0) {
      Object.assign(recorded, came(await runChoice(choose(part, CHECKOUT), interrupted), on))
      writeFileSync(RECORD, asText(recorded))
      writeFileSync(DOCUMENT, withTables(readFileSync(DOCUMENT, 'utf8'), TOPICS, recorded))
    }
  const short = shortcomings(
    chosen.flatMap(({ claims }) => claims),
    recorded,
  )
  for (const line of short) warn(line)
  say(short.length > 0 ? `${short.length} fall short` : 'every promise of these holds')
  return short.length > 0 ? 1 : 0
})

function came(outcomes: readonly Outcome[], on: string): Recorded {
  const figures = outcomes.flatMap((outcome) => outcome.figures)
  return Object.fromEntries(
    outcomes
      .flatMap(({ results }) => results)
      .map(({ name, passed, failed, skipped }) => [
        name,
        {
          passed,
          failed,
          skipped,
          figures: figures.filter(({ file }) => file === name).map(({ text }) => text),
          on,
        },
      ]),
  )
}
