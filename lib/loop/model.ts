import { statSync, watch } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { Profile } from '../../k8s/settings.ts'
import { type Application, stackWords } from '../stack/application.ts'
import { settingsPath } from '../stack/settings-file.ts'
import type { Course } from './course.ts'
import type { LoadedHooks } from './hooks/loaded.ts'
import { isModelFile, modelFolders } from './model-files.ts'
import { oneAtATime } from './one-at-a-time.ts'
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
  { tell, pause, signal }: Course,
): () => void {
  const say = (text: string) => tell({ kind: 'note', text })
  const about = stackWords(application)
  /** Since when what is on the disk is what the hooks have loaded; what was there at first is no render's to bring. */
  let loaded = 0
  const render = async () => {
    // What is loaded meanwhile, this render does not have.
    const [began, read] = [Date.now(), loaded]
    let last = ''
    const code = await hooks.run('hooks/render.ts', ['--profile', profile, ...about], (text) => {
      last = text
      say(text)
    })
    // A render replaces and removes what differs, and touches nothing else.
    const made = statSync(application.rendered, { throwIfNoEntry: false })?.mtimeMs ?? 0
    tell({ kind: 'rendered', began, loaded: read, made, ...(code === 0 ? {} : { error: last }) })
    return made >= began
  }
  const renderSoon = onceASave(async () => {
    loaded = Date.now()
    hooks.renew()
    await hooks.run('hooks/render.ts', ['--format', 'skaffold-config', ...about], say)
    await render()
  })
  const applySoon = onceASave(async () => {
    // The deployment that follows does the same before it applies anything, and would wait for this.
    if (!(await render())) await hooks.run('hooks/secrets.ts', about, say)
  })
  const hear = { model: () => pause.after(renderSoon), settings: () => pause.after(applySoon) }
  watchModel(application, hear, signal)
  return renderSoon
}

/** Tells when the model, or the settings, may have become others, until the signal. */
export function watchModel(
  application: Application,
  hear: { readonly model: () => void; readonly settings: () => void },
  signal: AbortSignal,
): void {
  const endWatches = modelFolders(application).map((folder) =>
    watchTree(folder, (file) => {
      if (isModelFile(application, file)) hear.model()
    }),
  )
  const file = settingsPath(application)
  const settings = watch(dirname(file), (_, name) => {
    if (name === basename(file)) hear.settings()
  })
  signal.addEventListener('abort', () => {
    for (const endWatch of endWatches) endWatch()
    settings.close()
  })
}

/** A save is several events: the action runs once for those of the last 100 ms, and never twice at a time. */
export function onceASave(action: () => Promise<void>): () => void {
  const run = oneAtATime(action)
  let timer: NodeJS.Timeout | undefined
  return () => {
    clearTimeout(timer)
    timer = setTimeout(run, 100)
  }
}
