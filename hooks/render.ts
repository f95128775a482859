import { join } from 'node:path'
import { faults } from '../k8s/checks.ts'
import { manifestFiles, raw } from '../k8s/raw.ts'
import { PROFILES, type Profile, type Settings } from '../k8s/settings.ts'
import { type Stack, stack } from '../k8s/stack.ts'
import { oneOf, readFlags, runCommand, say } from '../shell/command.ts'
import { eventLog } from '../shell/event-log.ts'
import { Refusal } from '../shell/refusal.ts'
import { loadSettings } from '../shell/settings-file.ts'
import { CHECKOUT } from '../shell/state-folder.ts'
import { writeFiles } from './render/files.ts'

const USAGE = `npm run render -- [--format skaffold|raw] [--profile run|dev|synced|remote] [--output FOLDER]

Renders the stack: .env.local → model → checks → files. Needs no cluster and no network.
Files whose bytes would not change are left alone, so that Skaffold does not deploy again.

  --format    skaffold (default): manifests for skaffold.yaml, in k8s/rendered.
              raw: manifests for kubectl apply -f, with image tags, in dist/raw; namespace and Secret: npm run secrets.
  --profile   run (default): built images, two replicas.  remote: for a cluster elsewhere, autoscaled, without NodePort.
              dev, synced: the loop's.
  --tag       of the images; needed for raw
  --registry  that the images are in, like registry.example/team; without it, the nodes have them
  --output    where to write instead`

const FORMATS = ['skaffold', 'raw'] as const
const FOLDERS = { skaffold: 'k8s/rendered', raw: 'dist/raw' } as const

runCommand(import.meta.url, async (argv) => {
  const { values } = readFlags(argv, USAGE, {
    format: { type: 'string', default: 'skaffold' },
    profile: { type: 'string', default: 'run' },
    tag: { type: 'string' },
    registry: { type: 'string', default: '' },
    output: { type: 'string' },
  })
  const format = oneOf('--format', values.format, FORMATS)
  const profile = oneOf('--profile', values.profile, PROFILES)
  const folder = values.output ?? join(CHECKOUT, FOLDERS[format])
  const { settings } = loadSettings()
  const files =
    format === 'raw'
      ? manifestFiles(
          sound(
            raw(settings, deployed(profile), { tag: tagged(values.tag), registry: values.registry }),
            settings,
          ),
        )
      : manifestFiles(sound(stack(settings, profile), settings))
  const changed = writeFiles(folder, files)
  eventLog('render')('rendered', { format, profile, changed })
  say(`rendered ${files.size} files, ${changed.length === 0 ? 'none' : changed.join(', ')} changed`)
  return 0
})

function deployed(profile: Profile): Profile {
  return oneOf('--profile, outside the loop,', profile, ['run', 'remote'])
}

/** @throws Refusal where there is none, or one that no image can have: https://docs.docker.com/reference/cli/docker/image/tag/ */
function tagged(tag: string | undefined): string {
  if (tag !== undefined && /^\w[\w.-]{0,127}$/.test(tag)) return tag
  const wrong =
    tag === undefined ? 'This format needs the tag of the images.' : `No image can have the tag "${tag}".`
  throw new Refusal(wrong, 'give one: --tag v0.1.0', 2)
}

/** @throws Refusal on an object that its own schema refuses, or a reference between objects that leads nowhere */
function sound(manifests: Stack, settings: Settings): Stack {
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
  const found = [...invalid, ...faults(manifests, settings)]
  if (found.length > 0)
    throw new Refusal(`The rendered stack is broken.\n  ${found.join('\n  ')}`, 'correct the model in k8s/')
  return manifests
}
