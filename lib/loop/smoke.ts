import { closeSync, existsSync, mkdirSync, openSync, readSync, statSync, watch } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { readJson } from '../shell/json.ts'
import type { LoopEvent } from './event.ts'

/** What the hook writes when it is over: hooks/smoke.ts */
const outcome = z.object({ event: z.enum(['arrived', 'failed']) })

/**
 * Tells how each smoke test of what is deployed ends, whoever started it, until the signal.
 *
 * @param state the folder of what outlives a command
 */
export function followSmoke(state: string, tell: (event: LoopEvent) => void, signal: AbortSignal): void {
  const logs = join(state, 'logs')
  const file = join(logs, 'smoke.jsonl')
  mkdirSync(logs, { recursive: true })
  let end = existsSync(file) ? statSync(file).size : 0
  const read = () => {
    const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
    const news = Buffer.alloc(Math.max(0, size - end))
    if (news.length > 0) {
      const open = openSync(file, 'r')
      readSync(open, news, 0, news.length, end)
      closeSync(open)
    }
    end = size
    for (const line of news.toString().split('\n')) {
      const { data } = outcome.safeParse(readJson(line))
      if (data) tell({ kind: 'smoke', passed: data.event === 'arrived' })
    }
  }
  const watcher = watch(logs, (_, name) => {
    if (name === 'smoke.jsonl') read()
  })
  signal.addEventListener('abort', () => watcher.close())
}
