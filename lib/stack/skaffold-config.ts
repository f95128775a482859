import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { debugOf } from '../../k8s/settings.ts'
import { skaffoldConfig } from '../../k8s/skaffold/config.ts'
import { readIfThere } from '../shell/read-if-there.ts'
import { replaceFile } from '../shell/replace-file.ts'
import { CHECKOUT } from '../shell/state-folder.ts'
import type { Application } from './application.ts'

const MAIN = join(CHECKOUT, 'skaffold.yaml')

/**
 * Skaffold's configuration for an application: the checkout's for the main one; for another, and where a debugger may come,
 * what is made from that.
 */
export function configFile({ isMain, state }: Application): string {
  return isMain && debugOf(process.env).length === 0 ? MAIN : join(state, 'skaffold.yaml')
}

/** What the configuration has to be; undefined where it is that. */
export function wantedConfig(application: Application): string | undefined {
  const { stack, isMain, folder, rendered } = application
  const made = join('dist', stack.name)
  const elsewhere = { folder, rendered, chart: join(made, 'helm'), values: join(made, 'helm-values') }
  const debug = debugOf(process.env)
  const wanted = skaffoldConfig(readFileSync(MAIN, 'utf8'), stack, isMain ? undefined : elsewhere, debug)
  return wanted === readIfThere(configFile(application)) ? undefined : wanted
}

/** Brings the configuration up to date with the stack. @returns whether it was not */
export function refreshConfig(application: Application): boolean {
  const wanted = wantedConfig(application)
  if (wanted !== undefined) replaceFile(configFile(application), wanted, 0o644)
  if (!application.isMain) makeFolder(application.rendered)
  return wanted !== undefined
}

/** Skaffold takes no configuration whose glob leads to nothing, as before the first render. */
function makeFolder(rendered: string): void {
  mkdirSync(rendered, { recursive: true })
  writeFileSync(
    join(rendered, 'README.md'),
    "What Skaffold deploys is rendered here, by each start's first hook.\n",
  )
}

/** The configuration's path as a person at the top of the checkout would type it. */
export function configTyped(application: Application): string {
  const file = configFile(application)
  return file === MAIN ? relative(CHECKOUT, MAIN) : file
}
