import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { faults } from '../k8s/checks.ts'
import { compose, composeStack } from '../k8s/compose.ts'
import { chart } from '../k8s/helm/chart.ts'
import { chosenValues } from '../k8s/helm/values-files.ts'
import { type Manifests, manifests } from '../k8s/manifests.ts'
import { manifestFiles, raw } from '../k8s/raw.ts'
import { PROFILES, type Profile, type Settings } from '../k8s/settings.ts'
import { oneOf, readFlags, runCommand, say } from '../lib/shell/command.ts'
import { eventLog } from '../lib/shell/event-log.ts'
import { messageOf, Refusal } from '../lib/shell/refusal.ts'
import { CHECKOUT } from '../lib/shell/state-folder.ts'
import { asTyped } from '../lib/shell/typed-path.ts'
import { smokeProgram } from '../lib/smoke/program.ts'
import { type Application, openApplication, STACK_FLAG } from '../lib/stack/application.ts'
import { loadSettings } from '../lib/stack/settings-file.ts'
import { configTyped, refreshConfig, wantedConfig } from '../lib/stack/skaffold-config.ts'
import { writeFiles } from './render/files.ts'

const USAGE = `npm run render -- [--format skaffold|skaffold-config|raw|compose|helm|helm-values]
  [--profile run|dev|synced|remote] [--tag TAG] [--registry REGISTRY] [--output FOLDER] [--stack DIR]

Renders the stack: .env.local → model → checks → files. Needs no cluster and no network.
Files whose bytes would not change are left alone, so that Skaffold does not deploy again.

  --format    skaffold (default): manifests for skaffold.yaml, in k8s/rendered.
              skaffold-config: skaffold.yaml itself, whose names, artifacts, syncs and forwards follow stack/stack.ts.
              raw: manifests for kubectl apply -f, with image tags, in dist/raw; namespace and Secret: npm run secrets.
              compose: a Compose project, in dist/compose; its secrets: npm run secrets -- --target compose.
              helm: the chart, below helm; no setting changes it.  helm-values: the settings as its values, in dist/helm.
  --profile   run (default): built images, two replicas.  remote: for a cluster elsewhere, autoscaled, without NodePort.
              dev, synced: the loop's.
  --tag       of the images; needed for raw and compose
  --registry  that the images are in, like registry.example/team; without it, the nodes have them, or Compose builds them
  --output    where to write instead. Only what an earlier render wrote there is replaced or removed.
  --stack     the folder of another stack.ts, like examples/shop: its manifests for Skaffold are in its state folder, the
              others below dist/NAME`

const FORMATS = ['skaffold', 'raw', 'compose', 'helm', 'helm-values'] as const

/** Where a format is written, unless somebody says where. */
function folderOf(format: (typeof FORMATS)[number], { stack, isMain, rendered }: Application): string {
  if (format === 'skaffold') return rendered
  if (!isMain) return join(CHECKOUT, 'dist', stack.name, format)
  const main = {
    raw: 'dist/raw',
    compose: 'dist/compose',
    helm: `helm/${stack.name}`,
    'helm-values': 'dist/helm',
  }
  return join(CHECKOUT, main[format])
}

export const command = runCommand(import.meta.url, async (argv) => {
  const { values } = readFlags(argv, USAGE, {
    format: { type: 'string', default: 'skaffold' },
    profile: { type: 'string', default: 'run' },
    tag: { type: 'string' },
    registry: { type: 'string', default: '' },
    output: { type: 'string' },
    ...STACK_FLAG,
  })
  const application = await openApplication(values.stack)
  if (values.format === 'skaffold-config') {
    const changed = refreshConfig(application)
    say(`${configTyped(application)}: ${changed ? 'brought up to date with the stack' : 'up to date'}`)
    return 0
  }
  const format = oneOf('--format', values.format, FORMATS)
  const profile = oneOf('--profile', values.profile, PROFILES)
  const { output } = values
  const folder = output === undefined ? folderOf(format, application) : asTyped(output)
  const { settings } = loadSettings(application)
  if ((values.tag || values.registry) && format !== 'raw' && format !== 'compose')
    throw new Refusal('Only raw and compose name images by --tag and --registry.', 'leave them out', 2)
  if (format !== 'skaffold' && format !== 'raw') oneOf(`--profile, for ${format},`, profile, ['run'])
  const program = () => smokeProgram(application.journey)
  const images = () => ({ tag: tagOf(values.tag), registry: registryOf(values.registry) })
  const files = {
    skaffold: () => {
      current(application)
      return manifestFiles(sound(manifests(settings, profile), settings))
    },
    raw: () => manifestFiles(sound(raw(settings, profileOutside(profile), images()), settings)),
    compose: () => {
      const objects = sound(composeStack(settings, images()), settings)
      const surroundings = { program: program(), checkout: relative(folder, CHECKOUT) || '.' }
      return compose(objects, settings, images(), surroundings)
    },
    helm: () =>
      chart(settings.stack, {
        version: version(),
        program: program(),
        initScripts: settings.initScripts,
      }),
    'helm-values': () => new Map([['values.yaml', chosenValues(settings)]]),
  }[format]()
  const changed = writeFiles(folder, files, output === undefined)
  eventLog(application.state, 'render')('rendered', { format, profile, changed })
  say(`rendered ${files.size} files, ${changed.length === 0 ? 'none' : changed.join(', ')} changed`)
  return 0
})

/** @throws Refusal where Skaffold would build other images than the manifests name */
function current(application: Application): void {
  if (!application.isMain || wantedConfig(application) === undefined) return
  throw new Refusal(
    'skaffold.yaml is not what the stack says.',
    'npm run render -- --format skaffold-config, then again',
  )
}

function profileOutside(profile: Profile): Profile {
  return oneOf('--profile, outside the loop,', profile, ['run', 'remote'])
}

/** @throws Refusal where there is none, or one that no image can have: https://docs.docker.com/reference/cli/docker/image/tag/ */
function tagOf(tag: string | undefined): string {
  if (tag !== undefined && /^\w[\w.-]{0,127}$/.test(tag)) return tag
  const wrong =
    tag === undefined ? 'This format needs the tag of the images.' : `No image can have the tag "${tag}".`
  throw new Refusal(wrong, 'give one: --tag v0.1.0', 2)
}

/** @throws Refusal where no image can be: https://github.com/distribution/reference */
function registryOf(registry: string): string {
  const host = /[a-zA-Z\d]([a-zA-Z\d.-]*[a-zA-Z\d])?(:\d+)?/
  const folders = /(\/[a-z\d]+((\.|_|__|-+)[a-z\d]+)*)*/
  if (registry === '' || new RegExp(`^${host.source}${folders.source}$`).test(registry)) return registry
  throw new Refusal(
    `No image can be in "${registry}".`,
    'give host and path alone: --registry registry.example/team',
    2,
  )
}

function version(): string {
  return (JSON.parse(readFileSync(join(CHECKOUT, 'package.json'), 'utf8')) as { version: string }).version
}

/** @throws Refusal on an object that its own schema refuses, or a reference between objects that leads nowhere */
function sound(manifests: Manifests, settings: Settings): Manifests {
  const invalid = [...manifests.values()].flat().flatMap((manifest) => {
    try {
      manifest.validate()
      return []
    } catch (error) {
      return [`${manifest.kind} ${manifest.metadata?.name}: ${messageOf(error)}`]
    }
  })
  const sentences = [...invalid, ...faults(manifests, settings)]
  if (sentences.length > 0)
    throw new Refusal(
      `The rendered stack is broken.\n  ${sentences.join('\n  ')}`,
      'correct the model in k8s/',
    )
  return manifests
}
