import { $ } from 'zx/core'
import { type FoundTool, pathWith } from '../../lib/cluster/find.ts'
import type { Provider, ProviderStep } from '../../lib/cluster/provider.ts'
import { isFree } from '../../lib/shell/loopback.ts'
import { Refusal } from '../../lib/shell/refusal.ts'

/**
 * Runs the steps of a plan one after the other, in this terminal.
 *
 * @param tools are found by bare name
 * @throws Refusal at the first that ends badly, with what the provider knows of its exit code
 */
export async function runSteps(
  plan: readonly ProviderStep[],
  tools: readonly FoundTool[],
  { explain }: Provider,
) {
  for (const { argv, input = '', env } of plan) {
    const step = $({
      nothrow: true,
      verbose: false,
      stdio: ['pipe', 'inherit', 'inherit'],
      input,
      env: { ...process.env, PATH: pathWith(tools), ...env },
    })`${argv}`
    const { exitCode, signal } = await step
    if (exitCode === 0) continue
    const known = explain(exitCode ?? 0)
    throw new Refusal(
      known?.message ??
        `${argv.slice(0, 2).join(' ')} ended with ${signal ?? `code ${exitCode}`}; it says why above.`,
      known?.cure ?? 'cure that, then run this again: it goes on where it stopped',
    )
  }
}

/**
 * The engine finds a taken port only after it has made half a node.
 *
 * @throws Refusal when something listens on this port of the loopback
 */
export async function refuseTakenPort(port: number) {
  if (!(await isFree(port)))
    throw new Refusal(
      `Port ${port} of this machine is taken, and a node of the cluster is to answer there.`,
      `end what listens on it: ss -ltnp 'sport = :${port}' (macOS: lsof -i :${port}) shows it`,
    )
}
