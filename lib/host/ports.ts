import { storesOf } from '../../k8s/services.ts'
import type { SecretValues, Settings } from '../../k8s/settings.ts'
import { isFree } from '../shell/loopback.ts'
import { Refusal } from '../shell/refusal.ts'
import { answers } from '../shell/tcp.ts'

/**
 * @param ports with who will open them
 * @param settings the file that could move them
 * @throws Refusal naming each port that something else holds
 */
export async function requireFreePorts(ports: ReadonlyMap<number, string>, settings: string): Promise<void> {
  const taken = (
    await Promise.all(
      [...ports].map(async ([port, name]) => ((await isFree(port)) ? [] : [`${port} (${name})`])),
    )
  ).flat()
  if (taken.length > 0)
    throw new Refusal(
      `Port ${taken.join(', ')} of this machine is taken by another program.`,
      `end that program — or put PORT_OFFSET=1000 into ${settings} to move the whole stack`,
    )
}

/** @throws Refusal where nothing answers that stands in for a store of the stack, by a secret that is its URL */
export async function requireStoresOutside({ stack }: Settings, given: SecretValues): Promise<void> {
  for (const { name, replacedBy, port } of storesOf(stack)) {
    const url = replacedBy && given[replacedBy]
    if (!url) continue
    const there = new URL(url)
    const address = `${there.hostname}:${there.port || port}`
    if (await answers(there.hostname, Number(there.port || port), 3_000)) continue
    const what = name === stack.database?.service ? 'database' : name
    throw new Refusal(
      `The ${what} of ${replacedBy} does not answer at ${address}.`,
      `correct ${replacedBy} in .env.local, or remove it to use the ${name} of the stack itself`,
    )
  }
}
