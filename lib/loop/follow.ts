import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { LoopEvent } from './event.ts'
import { followPods, type Pods } from './pods.ts'
import { followSkaffold } from './skaffold-events.ts'
import { readSkaffoldLine } from './skaffold-line.ts'

export interface ClusterLoop {
  /** Started with both outputs piped, `--tail=false` and `--rpc-http-port`. */
  readonly skaffold: ChildProcess
  readonly eventPort: number
  readonly pods: Pods
}

/** Tells what Skaffold and the pods of a loop do, until the signal. */
export function followLoop(
  { skaffold, eventPort, pods }: ClusterLoop,
  tell: (event: LoopEvent) => void,
  signal: AbortSignal,
): void {
  for (const input of [skaffold.stdout, skaffold.stderr])
    if (input)
      createInterface({ input }).on('line', (raw) => {
        const text = readSkaffoldLine(raw)
        if (text !== undefined) tell({ kind: 'note', text })
      })
  void followSkaffold(eventPort, tell, signal)
  void followPods(pods, tell, signal)
}
