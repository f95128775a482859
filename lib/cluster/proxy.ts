import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inItsWords } from '../shell/in-its-words.ts'
import { Refusal } from '../shell/refusal.ts'
import { withOurTools } from './kubectl.ts'

/**
 * Standard input ends when this process does, however it ends: then the proxy goes, and its folder. `command -p` finds rm on
 * any PATH.
 */
const UNTIL_WE_END = `exec 3<&0; (read -r _ <&3; kill $$; command -p rm -rf "$0") >/dev/null 2>&1 & exec "$@" 3<&- </dev/null`

/** Characters: it goes on for hours, and complains of each connection that breaks. */
const LONGEST_COMPLAINT = 100_000

/** A `kubectl proxy`. */
export interface KubectlProxy {
  /** Of a socket that only this user can open. */
  readonly socketPath: string
  readonly ended: Promise<unknown>
  readonly close: () => void
}

/** @throws Refusal when kubectl is missing or does not know the context */
export async function startProxy(context: string): Promise<KubectlProxy> {
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-'))
  const socketPath = join(folder, 'api')
  const words = ['kubectl', '--context', context, 'proxy', `--unix-socket=${socketPath}`]
  const child = spawn('/bin/sh', ['-c', UNTIL_WE_END, folder, ...words], {
    env: withOurTools(),
    detached: true,
  })
  const close = () => void child.stdin.destroy()
  const ended = once(child, 'close').finally(() => {
    close()
    rmSync(folder, { recursive: true, force: true })
  })
  let complaint = ''
  child.stderr.on('data', (chunk) => {
    if (complaint.length < LONGEST_COMPLAINT) complaint += chunk
  })
  const problem = await Promise.race([
    once(child.stdout, 'data').then(() => undefined),
    ended.then(() => inItsWords(complaint)),
  ])
  if (problem === undefined) return { socketPath, ended, close }
  throw new Refusal(`kubectl proxy did not start: ${problem}`, 'npm run gate says what is wrong')
}
