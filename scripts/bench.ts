import { join } from 'node:path'
import { oneOf, readFlags, report, runCommand, say, warn } from '../lib/shell/command.ts'
import { interruption } from '../lib/shell/interruption.ts'
import { takeLock } from '../lib/shell/lock.ts'
import { Refusal } from '../lib/shell/refusal.ts'
import { replaceFile } from '../lib/shell/replace-file.ts'
import { CHECKOUT } from '../lib/shell/state-folder.ts'
import { openApplication, STACK_FLAG, STACK_USAGE } from '../lib/stack/application.ts'
import { measureApi, measureFar, measureTraced } from './bench/api.ts'
import { chart } from './bench/chart.ts'
import { restoreLeftover } from './bench/file-edit.ts'
import { type BenchRun, runsBefore, save } from './bench/history.ts'
import { copyObstacle } from './bench/in-cluster.ts'
import { machineFacts } from './bench/machine.ts'
import { type BenchResults, measureMoves, moverObstacle } from './bench/measure-moves.ts'
import { measureSubject } from './bench/measure-subject.ts'
import { MOVERS } from './bench/moves.ts'
import { host, hostAddress, hostPlain } from './bench/on-host.ts'
import { mounted, stock, synced } from './bench/on-skaffold.ts'
import { tilt } from './bench/on-tilt.ts'
import { measurePages } from './bench/page.ts'
import { figureTable, loopTable, machineLines, moveTable } from './bench/report.ts'
import { rigOf } from './bench/rig.ts'
import { startInCluster, startOnHost } from './bench/start-times.ts'
import { SUBJECTS } from './bench/subject.ts'

const PARTS = ['loop', 'moves', 'start', 'api', 'page'] as const
/** On the host target as it is without a loop. */
const ON_HOST: readonly string[] = ['start', 'api', 'page']
const CHART = join(CHECKOUT, 'docs', 'moves.svg')
const USAGE = `npm run bench -- [--only loop|moves|start|api|page] [--subjects NAME,...] [--edits N] [--stack DIR]

Measures this checkout on this machine, and compares with the last time. Every edit is undone.

  --only      loop: from a save until it is served.  moves: what else is done in a loop, there and back.
              start: what a start costs.  api: requests under load.  page: each page in Lighthouse.
              Without it: all but moves.
  --subjects  of the loop: ${SUBJECTS.filter((name) => name !== 'loop').join(', ')}; of moves: ${MOVERS.join(', ')}.
              Without it: all that this machine has the tools for.
  --edits     how often each is edited or moved; 20 by default
${STACK_USAGE}`

export const command = runCommand(import.meta.url, async (argv) => {
  const { values } = readFlags(argv, USAGE, {
    only: { type: 'string' },
    subjects: { type: 'string', default: SUBJECTS.join(',') },
    edits: { type: 'string', default: '20' },
    ...STACK_FLAG,
  })
  const parts =
    values.only === undefined
      ? PARTS.filter((part) => part !== 'moves')
      : [oneOf('--only', values.only, PARTS)]
  const names = values.subjects.split(',').map((name) => oneOf('--subjects', name.trim(), SUBJECTS))
  const edits = Number(values.edits)
  if (!Number.isInteger(edits) || edits < 1)
    throw new Refusal(`--edits is "${values.edits}", which is no number of edits.`, 'see --help', 2)
  const interrupted = interruption('npm run bench')
  const application = await rigOf(await openApplication(values.stack), interrupted)
  takeLock(application.state, 'npm run bench')
  const leftover = restoreLeftover()
  if (leftover) warn(`an earlier bench was killed: its edit of ${leftover} is undone`)

  const run = { time: new Date().toISOString(), machine: await machineFacts() }
  const before = runsBefore(run.time)
  const seen: BenchResults = { loop: [], moves: [], figures: [] }
  const { loop, moves, figures } = seen
  for (const line of machineLines(run.machine)) say(line)
  let complete = true
  /** What cannot be measured is named, and the rest goes on. */
  const attempt = async (what: string, obstacle: string | undefined, action: () => Promise<void>) => {
    interrupted.throwIfAborted()
    if (obstacle) return warn(`${what}: not measured: ${obstacle}`)
    try {
      await action()
    } catch (error) {
      interrupted.throwIfAborted()
      complete = false
      report(error)
    }
    save({ ...run, ...seen })
  }

  if (parts.includes('loop'))
    for (const subject of [hostPlain, host, mounted, synced, stock, tilt].map((of) => of(application)))
      if (names.includes(subject.name))
        await attempt(subject.name, await subject.obstacle(), async () => {
          const pace = { edits, warmUps: 2, rest: 1000, patience: 60 }
          for await (const result of measureSubject(application, subject, pace)) loop.push(result)
        })
  if (parts.includes('moves')) {
    for (const mover of MOVERS)
      if (names.includes(mover))
        await attempt(`moves: ${mover}`, await moverObstacle(application, mover), async () => {
          complete = (await measureMoves(application, mover, edits, seen)) && complete
        })
    const saves = loop.map(({ subject, service, served }) => ({
      subject,
      move: `${service}: a source saved`,
      there: served,
    }))
    const drawn = chart([...saves, ...moves])
    if (drawn && application.isMain) {
      replaceFile(CHART, drawn, 0o644)
      say(`drawn: ${CHART}`)
    }
  }
  if (parts.includes('start'))
    await attempt('start in the cluster', await copyObstacle(application), async () => {
      figures.push(...(await startInCluster(application)))
    })
  if (parts.some((part) => ON_HOST.includes(part)))
    await attempt('start, API and pages on the host', undefined, async () => {
      const page = hostAddress(application, application.measures.page)
      const stack = await startOnHost(application)
      try {
        if (parts.includes('start')) figures.push(...stack.figures)
        if (parts.includes('api')) figures.push(...(await measureApi(application, page, stack.databaseUrl)))
        if (parts.includes('page')) figures.push(...(await measurePages(application, page)))
      } finally {
        await stack.stop()
      }
    })
  if (parts.includes('api'))
    for (const [what, measure] of [
      ['traced', measureTraced],
      ['far from its database', measureFar],
    ] as const)
      await attempt(`API of a stack that is ${what}`, undefined, async () => {
        const page = hostAddress(application, application.measures.page)
        const start = (settings: readonly string[]) => startOnHost(application, settings)
        figures.push(...(await measure(application, page, start)))
      })
  show({ ...run, ...seen }, before)
  return complete ? 0 : 1
})

function show(run: BenchRun, before: readonly BenchRun[]): void {
  const tables = [
    loopTable(run.loop, before),
    moveTable(run.moves ?? [], before),
    figureTable(run.figures, before),
  ]
  for (const lines of tables) if (lines.length > 0) say(`\n${lines.join('\n')}`)
  say(`\nin milliseconds; every sample is in ${save(run)}`)
}
