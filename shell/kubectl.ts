import { $, ProcessOutput } from 'zx/core'
import { Refusal } from './refusal.ts'

/** One kubectl, bound to one context. Nothing secret ever goes into the words: they show in process lists. */
export type Kubectl = (
  words: readonly string[],
  options?: { input?: string; timeout?: Seconds },
) => Promise<string>
type Seconds = `${number}s`

/**
 * @param context the kubeconfig context every call names
 * @returns a function that runs kubectl and gives its standard output, or throws a KubectlError
 */
export function kubectlFor(context: string): Kubectl {
  return async (words, { input, timeout = '30s' } = {}) => {
    const run = $({ input: input ?? '', quiet: true, verbose: false, timeout, timeoutSignal: 'SIGKILL' })
    try {
      return (await run`kubectl --context ${context} ${words}`).stdout
    } catch (error) {
      if (!(error instanceof ProcessOutput)) throw error
      if (error.exitCode === 127)
        throw new Refusal(
          'kubectl is not on this PATH.',
          'npm run cluster -- up installs it, or install kubectl',
        )
      throw new KubectlError(words, error, timeout)
    }
  }
}

/** A kubectl that ended badly. `message` is what it said, shortened to its last line. */
export class KubectlError extends Refusal {
  constructor(words: readonly string[], { stderr, signal }: ProcessOutput, timeout: string) {
    const said = stderr.trim().split('\n').at(-1) || 'it said nothing'
    super(
      `kubectl ${words[0]} ${signal === 'SIGKILL' ? `did not answer in ${timeout}` : `failed: ${said}`}`,
      'npm run gate says what is wrong with the cluster',
    )
  }
}

/** @returns the object, or undefined where there is none of this name */
export async function read<Kind>(kubectl: Kubectl, words: readonly string[]): Promise<Kind | undefined> {
  const text = await kubectl(['get', ...words, '--ignore-not-found', '-o', 'json'])
  return text.trim() ? (JSON.parse(text) as Kind) : undefined
}

/**
 * The context a hook works on: Skaffold's, else the settings', else Minikube's.
 * Never kubectl's current context, which may be anybody's production.
 */
export function contextName(kubeContext: string | undefined): string {
  return process.env.SKAFFOLD_KUBE_CONTEXT || kubeContext || 'minikube'
}
