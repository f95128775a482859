import { text } from 'node:stream/consumers'
import { parseAllDocuments } from 'yaml'
import { $ } from 'zx/core'
import { contextName } from '../lib/cluster/kubectl.ts'
import { LOADED_BY } from '../lib/cluster/loaded-images.ts'
import { readFlags, runCommand } from '../lib/shell/command.ts'
import { eventLog } from '../lib/shell/event-log.ts'
import { inItsWords } from '../lib/shell/in-its-words.ts'
import { Refusal } from '../lib/shell/refusal.ts'
import { type Application, openApplication, STACK_FLAG, STACK_USAGE } from '../lib/stack/application.ts'
import { loadSettings } from '../lib/stack/settings-file.ts'

const USAGE = `npx tsx hooks/images.ts [--stack DIR] < manifests

Loads the images of ours that the manifests name into the Minikube whose command ${LOADED_BY} names; none without it.
Skaffold runs it after it has rendered, when the tags are known, and deploys what it prints: the manifests as they came.

${STACK_USAGE}`

/** Of each image. */
const PATIENCE = '300s'

export const command = runCommand(import.meta.url, async (argv) => {
  const { values } = readFlags(argv, USAGE, STACK_FLAG)
  const application = await openApplication(values.stack)
  const manifests = await text(process.stdin)
  const minikube = process.env[LOADED_BY]
  if (minikube) await load(application, minikube, imagesOf(application.stack.name, manifests))
  process.stdout.write(manifests)
  return 0
})

async function load(application: Application, minikube: string, wanted: readonly string[]): Promise<void> {
  const profile = `--profile=${contextName(loadSettings(application).settings.kubeContext)}`
  const run = $({ quiet: true, nothrow: true, timeout: PATIENCE })
  const listed = await run`${minikube} image ls ${profile}`
  // It names registry and project too, like docker.io/library/app-api:1.
  const there = new Set(listed.stdout.split('\n').map((name) => name.trim().split('/').at(-1)))
  for (const image of wanted.filter((image) => !there.has(image))) {
    const loaded = await run`${minikube} image load ${image} ${profile}`
    const why = loaded.signal ? `it took more than ${PATIENCE}` : inItsWords(loaded.stderr)
    if (!loaded.ok)
      throw new Refusal(
        `${image} could not be loaded into the cluster: ${why.replace(/\.$/, '')}.`,
        `minikube image load ${image} ${profile} shows why`,
      )
    eventLog(application.state, 'images')('loaded', { image })
  }
}

/** The images of a stack that a YAML stream of Kubernetes objects names, each once; what else pods name, the nodes pull. */
export function imagesOf(stack: string, manifests: string): string[] {
  const ours = new RegExp(`^${stack}-[\\w-]+:`)
  const names = new Set<string>()
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [key, inner] of Object.entries(value))
      if (key === 'image' && typeof inner === 'string' && ours.test(inner)) names.add(inner)
      else look(inner)
  }
  for (const document of parseAllDocuments(manifests)) look(document.toJS())
  return [...names]
}
