import { readFlags, runCommand, say } from '../lib/shell/command.ts'
import { interruption } from '../lib/shell/interruption.ts'
import { choose } from './test/choose.ts'
import { closingLines } from './test/closing-lines.ts'
import { runChoice } from './test/run-choice.ts'

const USAGE = `npm test
npm test -- PATH…
npm run test:all
npm run test:cluster

Runs formatters, linters, type checkers and tests, with a PostgreSQL, a browser and a stack of their own. Needs no
container engine. What each command runs and leaves out: docs/testing.md.

  PATH  test files, or folders of them: runs those alone
  all   runs also what takes long
  later  runs what takes long alone
  cluster  runs what needs Minikube`

runCommand(import.meta.url, async (argv) => {
  const { positionals } = readFlags(argv, USAGE, {}, true)
  const choice = choose(positionals, process.env.INIT_CWD ?? process.cwd())
  const outcomes = await runChoice(choice, interruption('npm test'))
  const results = outcomes.flatMap(({ results }) => results)
  const notes = [...outcomes.flatMap(({ notes }) => notes), ...choice.notes]
  const cpu = outcomes.reduce((sum, outcome) => sum + outcome.cpu, 0)
  say(`\n${closingLines(results, notes, cpu).join('\n')}`)
  return results.some(({ failed }) => failed > 0) ? 1 : 0
})
