import { spawn } from 'node:child_process'
import { watch } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Profile } from '../../k8s/settings.ts'
import { CHECKOUT } from '../shell/state-folder.ts'
import type { LoopEvent } from './event.ts'
import { watchTree } from './watch-tree.ts'

/**
 * Renders anew when the model or the settings change, until the signal: Skaffold watches the YAML alone, and deploys
 * what changed in it. New settings go through the secrets hook too.
 */
export function followModel(profile: Profile, tell: (event: LoopEvent) => void, signal: AbortSignal): void {
  const hook = async (...words: string[]) => {
    const child = spawn(process.execPath, ['--import', './lib/shell/start.mjs', ...words], {
      cwd: CHECKOUT,
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
    })
    const ended = new Promise((resolve) => child.once('error', resolve).once('close', resolve))
    for (const input of [child.stdout, child.stderr])
      createInterface({ input }).on('line', (text) => tell({ kind: 'said', text }))
    await ended
  }
  const render = () => hook('hooks/render.ts', '--profile', profile)
  const renderSoon = oneAtATime(render)
  const applySoon = oneAtATime(async () => {
    await render()
    await hook('hooks/secrets.ts')
  })
  const endWatches = ['stack', 'k8s'].map((room) =>
    watchTree(join(CHECKOUT, room), (file) => {
      if (file.endsWith('.ts')) renderSoon()
    }),
  )
  const settings = watch(CHECKOUT, (_, file) => {
    if (file === '.env.local') applySoon()
  })
  signal.addEventListener('abort', () => {
    for (const endWatch of endWatches) endWatch()
    settings.close()
  })
}

/** A save is several events: the action runs once for those of the last 100 ms, and never twice at a time. */
function oneAtATime(action: () => Promise<void>): () => void {
  let timer: NodeJS.Timeout | undefined
  let running = Promise.resolve()
  return () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      running = running.then(action)
    }, 100)
  }
}
