import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Stack } from '../k8s/model/stack.ts'
import { leftOutBy, ONLY, withCalled } from '../k8s/part.ts'
import { LOOP_DEBUG } from '../k8s/settings.ts'
import { announceTarget, recordDown, TARGETS } from '../lib/cluster/target.ts'
import { answerTo, socketOf } from '../lib/loop/session/client.ts'
import { status } from '../lib/loop/session/questions.ts'
import { colour, oneOf, readFlags, runCommand, say } from '../lib/shell/command.ts'
import { interruption } from '../lib/shell/interruption.ts'
import { takeLock } from '../lib/shell/lock.ts'
import { Refusal } from '../lib/shell/refusal.ts'
import {
  type Application,
  openApplication,
  STACK_FLAG,
  STACK_USAGE,
  stackWords,
} from '../lib/stack/application.ts'
import { refreshConfig } from '../lib/stack/skaffold-config.ts'
import { detach } from './dev/detach.ts'

const USAGE = `npm run dev -- [--target cluster|host] [--only A,B] [--debug SERVICE] [--detach] [--stack DIR]

The hot-reload loop in the foreground: save a file, see it served. Ctrl-C takes everything down, the data stays.

  --target  cluster: skaffold dev, and a change to the stack, k8s/*.ts or .env.local re-renders and redeploys.
            host: the same services as processes of this machine, each reloading by itself.
            Without it: cluster where an engine and the tools are found, else host.
  --only    these services, and what they call; says what is left out. npm run loop -- start SERVICE adds one.
  --debug   lets a debugger come to this service, at a port that the screen names; several: a,b, or again.
            docs/runbooks/debug.md
  --detach  in the background: returns when all is up, or says why not. npm run loop asks it and ends it.
${STACK_USAGE}`

export const command = runCommand(import.meta.url, async (argv) => {
  const { values } = readFlags(argv, USAGE, {
    target: { type: 'string' },
    only: { type: 'string' },
    debug: { type: 'string', multiple: true, default: [] },
    detach: { type: 'boolean', default: false },
    ...STACK_FLAG,
  })
  const chosen = values.target === undefined ? undefined : oneOf('--target', values.target, TARGETS)
  const application = await openApplication(values.stack)
  chooseOnly(application.stack, values.only)
  await requireNoLoop(application)
  const debug = debuggable(
    values.debug.flatMap((names) => names.split(',')),
    application,
  )
  if (values.detach) return inBackground(argv, application)
  // So its hooks are told, too.
  if (debug.length > 0) process.env[LOOP_DEBUG] = debug.join(',')
  takeLock(application.state, 'npm run dev', ['npm run loop -- stop', ...stackWords(application)].join(' '))
  // By this, who asks finds the loop of a stack without opening that.
  writeFileSync(join(application.state, 'stack'), application.folder)
  const target = chosen ?? (await announceTarget(application))
  const interrupted = interruption('npm run dev')
  if (target === 'cluster') return onCluster(application, interrupted)
  // Loaded where it runs: who starts one in the background, or is refused, does without its half a second.
  const { loopOnHost } = await import('../lib/loop/on-host.ts')
  await loopOnHost(application, interrupted)
  return 0
})

/** @throws Refusal on what is no program of this part of the stack, or one that no debugger can come to */
function debuggable(names: readonly string[], { stack }: Application): readonly string[] {
  const leftOut = leftOutBy(stack, process.env[ONLY])
  const known = Object.entries(stack.services).flatMap(([name, service]) =>
    service.kind === 'program' && service.debug && !leftOut.includes(name) ? [name] : [],
  )
  return names.map((name) => oneOf('--debug', name, known))
}

/** @throws Refusal that says where the other one is */
async function requireNoLoop({ state }: Application): Promise<void> {
  const answer = await answerTo(socketOf(state), { ask: 'status' }).catch(() => undefined)
  const running = status.safeParse(answer).data
  if (running)
    throw new Refusal(
      `The loop is running already: ${running.links.page ?? running.where} (process ${running.pid}).`,
      'npm run loop -- status asks it, npm run loop -- stop ends it',
    )
}

/**
 * Tells all that this loop runs which services it is about.
 *
 * @param only names by comma; undefined: all
 */
function chooseOnly(stack: Stack, only: string | undefined): void {
  delete process.env[ONLY]
  if (only === undefined) return
  for (const name of only.split(',')) oneOf('--only', name, Object.keys(stack.services))
  process.env[ONLY] = only
  const there = [...withCalled(stack, only.split(','))]
  const without = leftOutBy(stack, only)
  say(`only ${there.join(', ')}: what was asked for, and what that calls`)
  say(without.length > 0 ? `left out: ${without.join(', ')}` : 'nothing is left out: they call all others')
}

async function inBackground(argv: readonly string[], { state }: Application): Promise<number> {
  const words = argv.filter((word) => word !== '--detach')
  const { links, dashboard } = await detach(words, state, interruption('npm run dev'))
  const [url] = Object.values(links)
  say(`${colour('green', '✓')} The loop is up in the background${url ? `: ${url}` : '.'}`)
  if (dashboard) say(`  dashboard ${dashboard}`)
  say('  npm run loop -- status, wait, logs; npm run loop -- stop ends it')
  return 0
}

async function onCluster(application: Application, interrupted: AbortSignal): Promise<number> {
  const loop = import('../lib/loop/in-cluster.ts')
  const { startCluster } = await import('./cluster.ts')
  await startCluster(application)
  refreshConfig(application)
  const { loopInCluster } = await loop
  const code = await loopInCluster(application, interrupted)
  // Skaffold takes down what it deployed, whoever deployed it before.
  recordDown(application.state, 'cluster')
  return code
}
