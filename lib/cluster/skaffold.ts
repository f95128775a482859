import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { inItsWords } from '../shell/in-its-words.ts'
import { signalGroup } from '../shell/processes.ts'
import { Refusal } from '../shell/refusal.ts'
import { CHECKOUT } from '../shell/state-folder.ts'
import type { Application } from '../stack/application.ts'
import { loadSettings } from '../stack/settings-file.ts'
import { configFile } from '../stack/skaffold-config.ts'
import { clusterTools, pathWith } from './find.ts'
import { contextName } from './kubectl.ts'
import { imagesFor, LOADED_BY } from './loaded-images.ts'

/** Milliseconds that Skaffold has to take down what it deployed. */
const GRACE = 60_000

export interface Skaffold {
  readonly process: ChildProcess
  /** Its exit code, when it and all that it started have ended; 130 when a signal ended it. */
  readonly ended: Promise<number>
}

/**
 * Starts Skaffold with the tools that were found on its PATH. It heads a process group of its own: whatever way this
 * process is told to end, and if it fails, the group is told once, as Ctrl-C does; a second SIGINT would have Skaffold
 * leave everything as it is.
 *
 * @param application what it builds and deploys
 * @param interrupted ends it
 * @param options whether its lines go straight to the terminal; variables beside this process's own
 * @throws Refusal where there is none; the signal's reason
 */
export async function startSkaffold(
  application: Application,
  words: readonly string[],
  interrupted: AbortSignal,
  { output = 'inherit', env = {} }: { output?: 'inherit' | 'pipe'; env?: NodeJS.ProcessEnv } = {},
): Promise<Skaffold> {
  const tools = Object.values(await clusterTools())
  const skaffold = tools.find(({ name }) => name === 'skaffold')
  if (!skaffold) throw new Refusal('skaffold is not on this PATH.', 'npm run cluster -- up fetches it')
  const path = pathWith(tools)
  const minikube = tools.find(({ name }) => name === 'minikube')
  const { kubeContext } = loadSettings(application).settings
  const images = await imagesFor(contextName(kubeContext), minikube, path)
  // Who takes down loads nothing.
  const loads = images[LOADED_BY] !== undefined && words[0] !== 'delete'
  interrupted.throwIfAborted()
  const flags = [
    `--filename=${configFile(application)}`,
    ...(loads ? ['--profile=loaded'] : []),
    // skaffold.yaml names Minikube's context; another one has to be asked for.
    ...(kubeContext ? [`--kube-context=${kubeContext}`] : []),
  ]
  const child = spawn(skaffold.path, [...words, ...flags], {
    cwd: CHECKOUT,
    // A group in the background may not read from the terminal.
    stdio: ['ignore', output, output],
    detached: true,
    env: {
      ...process.env,
      // skaffold.env has it for the main stack.
      ...(application.isMain ? {} : { SKAFFOLD_LABEL: `skaffold.dev/run-id=${application.stack.name}` }),
      ...env,
      PATH: path,
      ...images,
      SKAFFOLD_UPDATE_CHECK: 'false',
    },
  })
  return { process: child, ended: endOf(child, interrupted) }
}

async function endOf(child: ChildProcess, interrupted: AbortSignal): Promise<number> {
  let alarm: NodeJS.Timeout | undefined
  const end = () => {
    signalGroup(child.pid, 'SIGINT')
    alarm = setTimeout(signalGroup, GRACE, child.pid, 'SIGKILL')
  }
  interrupted.addEventListener('abort', end)
  process.once('exit', end)
  try {
    const closed = once(child, 'close')
    closed.catch(() => undefined)
    const [code] = await once(child, 'exit')
    // What it has left behind would keep its outputs open.
    signalGroup(child.pid, 'SIGKILL')
    await closed
    return code ?? 130
  } finally {
    clearTimeout(alarm)
    interrupted.removeEventListener('abort', end)
    process.off('exit', end)
  }
}

/** @throws Refusal when Skaffold ends badly, it has said why by then; the signal's reason */
export async function runSkaffold(
  application: Application,
  words: readonly string[],
  interrupted: AbortSignal,
): Promise<void> {
  const code = await (await startSkaffold(application, words, interrupted)).ended
  interrupted.throwIfAborted()
  if (code !== 0)
    throw new Refusal(
      `skaffold ${words[0]} ended with ${code}; it says why above.`,
      'npm run doctor names the cause; cure it, then again',
      code,
    )
}

/** @returns what Skaffold writes to standard output @throws Refusal in its words when it ends badly */
export async function skaffoldSays(
  application: Application,
  words: readonly string[],
  interrupted: AbortSignal,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const { process: skaffold, ended } = await startSkaffold(application, words, interrupted, {
    output: 'pipe',
    env,
  })
  const textOf = (stream: Readable | null) => (stream ? text(stream) : '')
  const [stdout, stderr, code] = await Promise.all([textOf(skaffold.stdout), textOf(skaffold.stderr), ended])
  if (code === 0) return stdout
  throw new Refusal(
    `skaffold ${words[0]} failed: ${inItsWords(stderr)}`,
    'npm run doctor names the cause',
    code,
  )
}
