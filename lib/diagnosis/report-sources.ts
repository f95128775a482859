import { $ } from 'zx/core'
import { namesOf } from '../../k8s/names.ts'
import type { Api } from '../cluster/api.ts'
import { withOurTools } from '../cluster/kubectl.ts'
import type { List, PodObject } from '../cluster/objects.ts'
import { CHECKOUT } from '../shell/state-folder.ts'
import type { Application } from '../stack/application.ts'

const LINES = 2_000
type File = readonly [name: string, text: string]

export async function versions(): Promise<string> {
  const commands = [
    ['skaffold', 'version'],
    ['kubectl', 'version', '--client'],
    ['minikube', 'version'],
    ['docker', 'version'],
    ['git', 'describe', '--always', '--dirty'],
    ['uname', '-srm'],
    ['node', '--version'],
  ]
  return (await Promise.all(commands.map(outputOf))).join('\n')
}

/** What kubectl shows of the namespace and its nodes, and how the cluster differs from what was rendered. */
export async function* kubectlFiles(context: string, { stack, rendered }: Application): AsyncGenerator<File> {
  const kubectl = (...words: string[]) =>
    outputOf(['kubectl', '--context', context, `--namespace=${namesOf(stack).namespace}`, ...words])
  const kinds = 'all,persistentvolumeclaims,configmaps,endpointslices'
  yield [
    'states.txt',
    `${await kubectl('get', 'nodes', '-o', 'wide')}${await kubectl('get', kinds, '-o', 'wide')}`,
  ]
  yield ['describe.txt', `${await kubectl('describe', 'nodes')}${await kubectl('describe', kinds)}`]
  yield ['events.txt', await kubectl('get', 'events', '--sort-by=.lastTimestamp')]
  yield ['rendered.diff', await kubectl('diff', '-f', rendered)]
}

export async function* containerLogs(api: Api, { stack }: Application): AsyncGenerator<File> {
  const inNamespace = `/api/v1/namespaces/${namesOf(stack).namespace}/pods`
  const pods = await api.read<List<PodObject>>(inNamespace)
  for (const { metadata, spec } of pods?.items ?? [])
    for (const { name } of [...(spec.initContainers ?? []), ...spec.containers])
      for (const previous of [false, true]) {
        const which = `container=${name}&tailLines=${LINES}&timestamps=true&previous=${previous}`
        const { status, body } = await api.ask(`${inNamespace}/${metadata.name}/log?${which}`)
        if (status === 200) yield [`${metadata.name}.${name}${previous ? '.previous' : ''}.log`, body]
      }
}

/** What a command prints; its failure tells something as well. */
async function outputOf(words: readonly string[]): Promise<string> {
  const { stdout, stderr } = await $({
    quiet: true,
    nothrow: true,
    cwd: CHECKOUT,
    signal: AbortSignal.timeout(60_000),
    env: { ...withOurTools(), SKAFFOLD_UPDATE_CHECK: 'false' },
  })`${words}`
  return `$ ${words.join(' ')}\n${stdout}${stderr}\n`
}
