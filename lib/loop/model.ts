import { watch } from 'node:fs'
import { join } from 'node:path'
import type { Profile } from '../../k8s/settings.ts'
import { CHECKOUT } from '../shell/state-folder.ts'
import type { LoopEvent } from './event.ts'
import type { LoadedHooks } from './hooks/loaded.ts'
import { watchTree } from './watch-tree.ts'

/**
 * Renders anew when the model or the settings change, until the signal: Skaffold watches the YAML alone, and deploys
 * what changed in it. New settings go through the secrets hook too.
 */
export function followModel(
  hooks: LoadedHooks,
  profile: Profile,
  tell: (event: LoopEvent) => void,
  signal: AbortSignal,
): void {
  const say = (text: string) => tell({ kind: 'said', text })
  const render = () => hooks.run('hooks/render.ts', ['--profile', profile], say)
  const renderSoon = oneAtATime(async () => {
    hooks.renew()
    await render()
  })
  const applySoon = oneAtATime(async () => {
    await render()
    await hooks.run('hooks/secrets.ts', [], say)
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
