import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { $, ProcessOutput } from 'zx/core'
import { inItsWords } from '../shell/in-its-words.ts'
import { readJson } from '../shell/json.ts'
import { Refusal } from '../shell/refusal.ts'
import { toolFolder } from '../shell/state-folder.ts'

/** One kubectl, bound to one context. Nothing secret ever goes into the words: they show in process lists. */
export type Kubectl = (
  words: readonly string[],
  options?: { input?: string | Buffer; timeout?: Seconds },
) => Promise<string>
type Seconds = `${number}s`

/** Characters: what goes on for hours may complain for hours. */
const LONGEST_COMPLAINT = 100_000

/**
 * @param context the kubeconfig context every call names
 * @param namespace the one it is about, where that is no word of the call
 * @returns a function that runs kubectl and gives its standard output, or throws a KubectlError
 */
export function kubectlFor(context: string, namespace?: string): Kubectl {
  const place = ['--context', context, ...(namespace ? ['--namespace', namespace] : [])]
  return async (words, { input, timeout = '30s' } = {}) => {
    // Not zx's own `timeout`, which looks for the children with ps: slim images have none.
    const patience = AbortSignal.timeout(Number.parseInt(timeout, 10) * 1000)
    const run = $({
      env: withOurTools(),
      // With nothing to read, a kubectl that would ask for a password ends instead.
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      quiet: true,
      verbose: false,
      signal: patience,
      ...(input === undefined ? {} : { input }),
    })
    try {
      const running = run`kubectl ${place} ${words}`
      // One that ends before it has read all says itself why.
      running.child?.stdin?.on('error', () => undefined)
      return (await running).stdout
    } catch (error) {
      if (!(error instanceof ProcessOutput)) throw error
      if (error.exitCode === 127)
        throw new Refusal(
          'kubectl is not on this PATH.',
          'npm run cluster -- up installs it, or install kubectl',
        )
      throw new KubectlError(
        words,
        patience.aborted ? `did not answer in ${timeout}` : failureOf(error.stderr),
      )
    }
  }
}

/**
 * What a kubectl says that goes on by itself, line by line: a watch, a log that is followed. Leaving the loop ends it.
 *
 * @param signal ends it too, with an AbortError
 * @throws KubectlError when it ends badly
 */
export async function* linesOf(
  context: string,
  words: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<string> {
  const child = spawn('kubectl', ['--context', context, ...words], {
    env: withOurTools(),
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  })
  const closed = once(child, 'close')
  closed.catch(() => undefined)
  let complaint = ''
  child.stderr.on('data', (chunk) => {
    complaint = (complaint + chunk).slice(-LONGEST_COMPLAINT)
  })
  try {
    yield* createInterface({ input: child.stdout })
    const [code] = await closed
    if (code !== 0) throw new KubectlError(words, failureOf(complaint))
  } finally {
    child.kill()
    // A script that stands before kubectl dies without it.
    child.stdout.destroy()
    child.stderr.destroy()
  }
}

/** This process's environment, with the tools that we fetched at the end of PATH. */
export function withOurTools(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env.PATH}:${toolFolder()}` }
}

/** A kubectl that ended badly. */
export class KubectlError extends Refusal {
  constructor(words: readonly string[], what: string) {
    super(`kubectl ${words[0]} ${what}`, 'npm run gate says what is wrong with the cluster')
  }
}

function failureOf(stderr: string): string {
  return `failed: ${inItsWords(stderr)}`
}

/** @returns the object, or undefined where there is none of this name */
export async function read<Kind>(kubectl: Kubectl, words: readonly string[]): Promise<Kind | undefined> {
  const text = await kubectl(['get', ...words, '--ignore-not-found', '-o', 'json'])
  return text.trim() ? inAnswer<Kind>(['get', ...words], text, z.looseObject({})) : undefined
}

/** The objects of a `get` of several. */
export const LISTED = z.looseObject({
  items: z.array(z.looseObject({ metadata: z.looseObject({ name: z.string() }) })),
})

/**
 * @param words of the call that was answered so
 * @param form what the answer has to be like; it may hold more
 * @throws KubectlError where it is something else: a proxy between, a wrapper that talks
 */
export function inAnswer<Kind>(words: readonly string[], text: string, form: z.ZodType): Kind {
  const answer = readJson(text)
  if (!form.safeParse(answer).success)
    throw new KubectlError(words.slice(0, 1), 'answered with what cannot be read')
  return answer as Kind
}

/**
 * The context a hook works on: Skaffold's, else the settings', else Minikube's.
 * Never kubectl's current context, which may be anybody's production.
 */
export function contextName(kubeContext: string | undefined): string {
  return process.env.SKAFFOLD_KUBE_CONTEXT || kubeContext || 'minikube'
}
