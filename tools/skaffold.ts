import { type ChildProcess, spawn } from 'node:child_process'
import { Refusal } from '../shell/refusal.ts'
import { loadSettings } from '../shell/settings-file.ts'
import { CHECKOUT } from '../shell/state-folder.ts'
import { clusterTools, pathWith } from './find.ts'

/** skaffold.yaml names Minikube's context; another one has to be asked for. */
function contextFlag(): string[] {
  const { kubeContext } = loadSettings().settings
  return kubeContext ? [`--kube-context=${kubeContext}`] : []
}

/**
 * Starts Skaffold in this terminal, with the tools that were found on its PATH.
 * It stays in this process's group: Ctrl-C reaches it as it would had the user typed the command.
 *
 * @param options whether its lines go straight to the terminal; variables beside this process's own
 */
export async function spawnSkaffold(
  words: readonly string[],
  { output = 'inherit', env = {} }: { output?: 'inherit' | 'pipe'; env?: NodeJS.ProcessEnv } = {},
): Promise<ChildProcess> {
  const tools = Object.values(await clusterTools())
  const skaffold = tools.find(({ name }) => name === 'skaffold')
  if (!skaffold) throw new Refusal('skaffold is not on this PATH.', 'npm run cluster -- up fetches it')
  return spawn(skaffold.path, [...words, ...contextFlag()], {
    cwd: CHECKOUT,
    stdio: ['inherit', output, output],
    env: { ...process.env, ...env, PATH: pathWith(tools), SKAFFOLD_UPDATE_CHECK: 'false' },
  })
}

/** @returns Skaffold's exit code; 130 when a signal ended it */
export function exitCode(skaffold: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    skaffold.once('error', reject)
    skaffold.once('close', (code) => resolve(code ?? 130))
  })
}

/** @throws Refusal when Skaffold ends badly; it has said why by then */
export async function runSkaffold(words: readonly string[]): Promise<void> {
  const code = await exitCode(await spawnSkaffold(words))
  if (code !== 0)
    throw new Refusal(
      `skaffold ${words[0]} ended with ${code}; it says why above.`,
      'npm run doctor names the cause; cure it, then again',
      code,
    )
}
