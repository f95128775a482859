import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { $ } from 'zx/core'
import { CHECKOUT, checkoutFolder } from '../../lib/shell/state-folder.ts'

/** A copy of the checkout for the subjects that change more than a marked line. */
export interface Copy {
  readonly folder: string
  /** For programs that run in the copy: they share no state with the checkout. */
  readonly env: Readonly<Record<string, string>>
}

/** What installations and builds have put into the copy stays from one time to the next: it knows its own age. */
const KEPT = new Set(['node_modules', 'apps', 'frontend', '.next', 'dist'])

/**
 * Brings the copy in the state folder to what the checkout holds.
 *
 * @param settings the lines of the copy's `.env.local`: the developer's own do not come along
 */
export async function copyCheckout(settings: readonly string[]): Promise<Copy> {
  const top = join(checkoutFolder(), 'bench')
  const folder = join(top, 'checkout')
  mkdirSync(join(folder, 'apps', 'frontend'), { recursive: true })
  for (const parent of [folder, join(folder, 'apps'), join(folder, 'apps', 'frontend')])
    for (const name of readdirSync(parent))
      if (!KEPT.has(name)) rmSync(join(parent, name), { recursive: true })
  const git = await $({ quiet: true, cwd: CHECKOUT })`git ls-files -z --cached --others --exclude-standard`
  for (const file of git.stdout.split('\0'))
    if (file && existsSync(join(CHECKOUT, file)))
      cpSync(join(CHECKOUT, file), join(folder, file), { preserveTimestamps: true })
  const packages = join(folder, 'node_modules')
  if (!existsSync(packages)) symlinkSync(join(CHECKOUT, 'node_modules'), packages)
  writeFileSync(join(folder, '.env.local'), settings.join('\n'))
  return { folder, env: { XDG_STATE_HOME: join(top, 'state'), TODO_ENV_FILE: '' } }
}

/** The servers' own reloaders, as their documentation has them, in place of what the loop runs. */
export function useStockReloaders({ folder }: Copy): void {
  const model = join(folder, 'k8s', 'services.ts')
  cpSync(model, join(folder, 'k8s', 'our-services.ts'))
  writeFileSync(
    model,
    `import { type Listen, type Service, services as ours } from './our-services.ts'
import type { Settings } from './settings.ts'

export * from './our-services.ts'

const uvicorn = (app: string, folders: string[]) => ({ host, port }: Listen) => [
  ...['python', '-m', 'uvicorn', app, '--host', host, '--port', String(port), '--no-access-log'],
  ...['--timeout-graceful-shutdown', '18'],
  ...['--reload', ...folders.flatMap((folder) => ['--reload-dir', folder])],
]
const stock: Partial<Record<Service['name'], Service['command']['dev']>> = {
  backend: uvicorn('app.main:app', ['app', 'core']),
  mcp: uvicorn('mcp_server.main:app', ['mcp_server', 'core']),
}

export function services(settings: Settings): readonly Service[] {
  return ours(settings).map((service) => {
    const dev = stock[service.name]
    return dev ? { ...service, command: { ...service.command, dev } } : service
  })
}
`,
  )
}

/** Skaffold's own settings: it looks a second after a save. */
export function useStockSkaffold({ folder }: Copy): void {
  rmSync(join(folder, 'skaffold.env'))
}
