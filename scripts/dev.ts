import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { watch } from 'node:fs'
import { join } from 'node:path'
import { end } from '../host/end.ts'
import { smokeHost } from '../host/smoke.ts'
import { start } from '../host/start.ts'
import { holdCheckout } from '../shell/checkout-marker.ts'
import { colour, oneOf, readFlags, report, runCommand, say, warn } from '../shell/command.ts'
import { interruption } from '../shell/interruption.ts'
import { contextName, kubectlFor } from '../shell/kubectl.ts'
import { takeLock } from '../shell/lock.ts'
import { loadSettings } from '../shell/settings-file.ts'
import { CHECKOUT } from '../shell/state-folder.ts'
import { startCluster } from './cluster.ts'
import { exitCode, spawnSkaffold } from './skaffold.ts'
import { chooseTarget, findings, TARGETS } from './target.ts'

const USAGE = `npm run dev -- [--target cluster|host]

The hot-reload loop in the foreground: save a file, see it served. Ctrl-C takes everything down, the data stays.

  --target  cluster: skaffold dev, and a change to k8s/*.ts or .env.local re-renders and redeploys.
            host: the same services as processes of this machine, each reloading by itself.
            Without it: cluster where an engine and the tools are found, else host.`

runCommand(import.meta.url, async (argv) => {
  const { values } = readFlags(argv, USAGE, { target: { type: 'string' } })
  takeLock('npm run dev')
  if (values.target !== undefined) {
    return oneOf('--target', values.target, TARGETS) === 'host' ? loopOnHost() : loopInCluster()
  }
  const { target, reason } = chooseTarget(await findings())
  say(`target: ${target} (${reason})`)
  return target === 'host' ? loopOnHost() : loopInCluster()
})

/** Skaffold watches YAML alone: the model it is rendered from is watched here. */
async function loopInCluster(): Promise<number> {
  await startCluster()
  const profile = await sourcesProfile()
  const skaffold = await spawnSkaffold(['dev', ...(profile === 'dev' ? [] : ['--profile', profile])])
  const ended = exitCode(skaffold)
  // Ctrl-C reaches Skaffold by itself; other ways to end this process have to be passed on.
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => skaffold.kill('SIGINT'))

  const hook = (...words: string[]) => run(['--import', 'tsx', ...words])
  const render = oneAtATime(() => hook('hooks/render.ts', '--profile', profile))
  const applySettings = oneAtATime(async () => {
    await hook('hooks/render.ts', '--profile', profile)
    await hook('hooks/secrets.ts')
  })
  const watchers = [
    watch(join(CHECKOUT, 'k8s'), { recursive: true }, (_, file) => {
      if (file?.endsWith('.ts')) render()
    }),
    watch(CHECKOUT, (_, file) => {
      if (file === '.env.local') applySettings()
    }),
  ]
  const code = await ended
  for (const watcher of watchers) watcher.close()
  return code
}

/** Mounted sources where every node holds this checkout; elsewhere Skaffold has to copy them. */
async function sourcesProfile(): Promise<'dev' | 'synced'> {
  const kubectl = kubectlFor(contextName(loadSettings().settings.kubeContext))
  const nodes = (await kubectl(['get', 'nodes', '-o', 'jsonpath={.items[*].metadata.name}'])).split(' ')
  const held = await holdCheckout(nodes)
  say(
    held
      ? 'sources: mounted (the cluster holds this checkout)'
      : 'sources: synced (the cluster does not hold this checkout; npm run cluster -- down --delete, then up, makes one that does)',
  )
  return held ? 'dev' : 'synced'
}

async function loopOnHost(): Promise<number> {
  const { settings, given } = loadSettings()
  const interrupted = interruption('npm run dev')
  try {
    await end()
    const { plan, values } = await start(settings, given, 'dev', interrupted)
    await smokeHost(plan, settings, values).catch((error: unknown) => {
      report(error)
      warn('smoke: FAILED — the loop goes on')
    })
    say(`\n${colour('green', '✓')} The loop is up: ${plan.url}  (Ctrl-C ends it)\n`)
    if (!interrupted.aborted) await once(interrupted, 'abort')
    return 0
  } finally {
    say('\nending the loop')
    await end()
  }
}

function run(words: string[]): Promise<void> {
  return new Promise((resolve) => {
    spawn(process.execPath, words, { cwd: CHECKOUT, stdio: 'inherit' }).once('close', () => resolve())
  })
}

/** A save is several events: the action runs once for those of the last 100 ms, and never twice at a time. */
function oneAtATime(action: () => Promise<void>): () => void {
  let timer: NodeJS.Timeout | undefined
  let running = Promise.resolve()
  return () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      running = running.then(action)
    }, 100)
  }
}
