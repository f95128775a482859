import { statSync, watch } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { Profile } from '../../k8s/settings.ts'
import { type Application, settingsFile, stackWords } from '../stack/application.ts'
import type { LoopEvent } from './event.ts'
import type { LoadedHooks } from './hooks/loaded.ts'
import { isModelFile, modelFolders } from './model-files.ts'
import { watchTree } from './watch-tree.ts'

/**
 * Renders anew when the model or the settings change, until the signal: Skaffold watches the YAML alone, and deploys
 * what changed in it. New settings go through the secrets hook too.
 *
 * @returns what renders anew at once, where something else has changed what is rendered
 */
export function followModel(
  application: Application,
  hooks: LoadedHooks,
  profile: Profile,
  tell: (event: LoopEvent) => void,
  signal: AbortSignal,
): () => void {
  const say = (text: string) => tell({ kind: 'note', text })
  const about = stackWords(application)
  const render = async () => {
    const began = Date.now()
    let last = ''
    const code = await hooks.run('hooks/render.ts', ['--profile', profile, ...about], (text) => {
      last = text
      say(text)
    })
    // A render replaces and removes what differs, and touches nothing else.
    const made = statSync(application.rendered, { throwIfNoEntry: false })?.mtimeMs ?? 0
    tell({ kind: 'rendered', began, made, ...(code === 0 ? {} : { error: last }) })
  }
  const renderSoon = oneAtATime(async () => {
    hooks.renew()
    await hooks.run('hooks/render.ts', ['--format', 'skaffold-config', ...about], say)
    await render()
  })
  const applySoon = oneAtATime(async () => {
    await render()
    await hooks.run('hooks/secrets.ts', about, say)
  })
  const endWatches = modelFolders(application).map((folder) =>
    watchTree(folder, (file) => {
      if (isModelFile(application, file)) renderSoon()
    }),
  )
  const file = settingsFile(application)
  const settings = watch(dirname(file), (_, name) => {
    if (name === basename(file)) applySoon()
  })
  signal.addEventListener('abort', () => {
    for (const endWatch of endWatches) endWatch()
    settings.close()
  })
  return renderSoon
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
