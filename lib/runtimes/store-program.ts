import { which } from 'zx/core'
import type { StoreOnHost } from '../../k8s/model/store.ts'
import { Refusal } from '../shell/refusal.ts'

/**
 * Looks for the program that is a store on this machine.
 *
 * @param name of the store
 * @throws Refusal where it is not on PATH, with the way to get it
 */
export async function requireStoreProgram(
  name: string,
  { program, cure }: Exclude<StoreOnHost, string>,
): Promise<void> {
  if (await which(program, { nothrow: true })) return
  throw new Refusal(
    `${program}, which is ${name} on this machine, is not on this PATH.`,
    `${cure}, or use --target cluster`,
  )
}
