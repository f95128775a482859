import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { faults } from '../k8s/checks.ts'
import { toYaml } from '../k8s/manifest.ts'
import { PROFILES } from '../k8s/settings.ts'
import { type Stack, stack } from '../k8s/stack.ts'
import { oneOf, readFlags, runCommand, say } from '../shell/command.ts'
import { eventLog } from '../shell/event-log.ts'
import { Refusal } from '../shell/refusal.ts'
import { loadSettings } from '../shell/settings-file.ts'
import { CHECKOUT } from '../shell/state-folder.ts'

const USAGE = `npm run render -- [--profile run|dev|synced|remote] [--output FOLDER]

Renders the stack to YAML: .env.local → model → checks → k8s/rendered/*.yaml. Needs no cluster and no network.
Files whose bytes would not change are left alone, so that Skaffold does not deploy again.

  --profile  run (default): two replicas, built images.  dev: one replica, sources that Skaffold syncs.
  --output   where to write; k8s/rendered by default`

runCommand(import.meta.url, async (argv) => {
  const { values } = readFlags(argv, USAGE, {
    profile: { type: 'string', default: 'run' },
    output: { type: 'string', default: join(CHECKOUT, 'k8s', 'rendered') },
  })
  const { settings } = loadSettings()
  const manifests = stack(settings, oneOf('--profile', values.profile, PROFILES))
  check(manifests, faults(manifests, settings))
  const changed = write(values.output, manifests)
  eventLog('render')('rendered', { profile: values.profile, changed })
  say(`rendered ${manifests.size} files, ${changed.length === 0 ? 'none' : changed.join(', ')} changed`)
  return 0
})

/** @throws Refusal on an object that its own schema refuses, or a reference between objects that leads nowhere */
function check(manifests: Stack, broken: string[]): void {
  const invalid = [...manifests.values()].flat().flatMap((manifest) => {
    try {
      manifest.validate()
      return []
    } catch (error) {
      return [
        `${manifest.kind} ${manifest.metadata?.name}: ${error instanceof Error ? error.message : error}`,
      ]
    }
  })
  const found = [...invalid, ...broken]
  if (found.length > 0)
    throw new Refusal(`The rendered stack is broken.\n  ${found.join('\n  ')}`, 'correct the model in k8s/')
}

/** Skaffold compares modification times: only a change may touch a file. @returns the names that changed */
function write(folder: string, manifests: Stack): string[] {
  mkdirSync(folder, { recursive: true })
  const wanted = new Map([...manifests].map(([name, objects]) => [`${name}.yaml`, toYaml(objects)]))
  const stale = readdirSync(folder).filter((name) => name.endsWith('.yaml') && !wanted.has(name))
  for (const name of stale) rmSync(join(folder, name))
  const changed = [...wanted].filter(([name, content]) => current(join(folder, name)) !== content)
  for (const [name, content] of changed) {
    const partial = join(folder, `.${name}.${process.pid}`)
    writeFileSync(partial, content)
    renameSync(partial, join(folder, name))
  }
  return [...stale, ...changed.map(([name]) => name)]
}

function current(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
