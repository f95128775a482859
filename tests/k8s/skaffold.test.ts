import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { NAMESPACE } from '../../k8s/names.ts'
import { services } from '../../k8s/services.ts'
import { DEFAULTS } from './settings-of-every-kind.ts'

const test = suite('skaffold.yaml and the model')
const TOP = fileURLToPath(new URL('../../', import.meta.url))

interface Artifact {
  image: string
  context: string
  docker: { dockerfile: string; target?: string }
  sync?: { manual: { src: string; dest: string; strip?: string }[] }
}
interface Hook {
  host: { command: string[] }
}
interface Pipeline {
  build?: { artifacts: Artifact[]; local?: { push: boolean } }
  manifests?: { hooks?: { before: Hook[] }; rawYaml: string[] }
  deploy?: {
    kubeContext?: string
    kubectl?: { defaultNamespace?: string; hooks: { before: Hook[]; after: Hook[] } }
  }
  portForward?: {
    resourceType: string
    resourceName: string
    namespace: string
    port: number
    localPort: number
  }[]
}
interface Config extends Pipeline {
  profiles: (Pipeline & { name: string; activation?: { command?: string }[] })[]
}

const config = parse(readFileSync(join(TOP, 'skaffold.yaml'), 'utf8'), { merge: true }) as Config
const dev = profile('dev')
const synced = profile('synced')
const everything = services(DEFAULTS)

function profile(name: string) {
  const found = config.profiles.find((candidate) => candidate.name === name)
  if (!found) throw new Error(`skaffold.yaml has no profile ${name}`)
  return found
}

/** The steps of a pipeline, in the order Skaffold runs them. */
function hooks({ manifests, deploy }: Pipeline): { script: string; flags: Record<string, unknown> }[] {
  const all = [
    ...(manifests?.hooks?.before ?? []),
    ...(deploy?.kubectl?.hooks.before ?? []),
    ...(deploy?.kubectl?.hooks.after ?? []),
  ]
  return all.map(({ host: { command } }) => {
    const [node, loader, tsx, script = '', ...args] = command
    assert.equal([node, loader, tsx], ['node', '--import', 'tsx'])
    const options = { profile: { type: 'string' }, 'on-failure': { type: 'string' } } as const
    return { script, flags: { ...parseArgs({ args, options }).values } }
  })
}

for (const [name, pipeline] of [
  ['by default', config],
  ['in profile dev', dev],
  ['in profile synced', synced],
] as const) {
  test(`${name}, each image of the model is built from its own sources`, () => {
    assert.equal(
      (pipeline.build?.artifacts ?? []).map(({ image, context }) => `${image} ${context}`).sort(),
      everything.map(({ image, directory }) => `${image} ${directory}`).sort(),
    )
  })

  test(`${name}, each image has its Dockerfile and the stage that is built`, () => {
    for (const { image, context, docker } of pipeline.build?.artifacts ?? []) {
      const file = join(TOP, context, docker.dockerfile)
      assert.ok(existsSync(file), `${image} is built from ${file}`)
      if (docker.target)
        assert.match(readFileSync(file, 'utf8'), new RegExp(`^FROM .* AS ${docker.target}$`, 'm'))
    }
  })

  test(`${name}, the hooks exist`, () => {
    for (const { script } of hooks(pipeline)) assert.ok(existsSync(join(TOP, script)), script)
  })

  test(`${name}, what the render hook writes is what is deployed`, () => {
    assert.equal(pipeline.manifests?.rawYaml, ['k8s/rendered/*'])
    assert.is(pipeline.deploy?.kubectl?.defaultNamespace, NAMESPACE)
  })
}

test('run renders and checks for run, and a failed smoke test fails it', () => {
  assert.equal(hooks(config), [
    { script: 'hooks/render.ts', flags: { profile: 'run' } },
    { script: 'hooks/before-deploy.ts', flags: { profile: 'run' } },
    { script: 'hooks/smoke.ts', flags: { 'on-failure': 'fail' } },
  ])
})

for (const [name, pipeline] of [
  ['dev', dev],
  ['synced', synced],
] as const)
  test(`${name} renders and checks for ${name}, and a failed smoke test only warns`, () => {
    const sources = { script: 'hooks/sources.ts', flags: { 'on-failure': 'warn' } }
    assert.equal(hooks(pipeline), [
      { script: 'hooks/render.ts', flags: { profile: name } },
      { script: 'hooks/before-deploy.ts', flags: { profile: name } },
      ...(name === 'synced' ? [sources] : []),
      { script: 'hooks/smoke.ts', flags: { 'on-failure': 'warn' } },
    ])
  })

test('synced syncs the folders that each service reloads from, and no other', () => {
  for (const { image, sync } of synced.build?.artifacts ?? []) {
    const service = everything.find((candidate) => candidate.image === image)
    assert.equal(
      (sync?.manual ?? []).map(({ src, dest, strip }) => ({ src, dest, strip })).sort(bySource),
      (service?.sources ?? [])
        .map((folder) => ({ src: join(folder, '**/*'), dest: '.', strip: undefined }))
        .sort(bySource),
      image,
    )
  }
})

test('an image of dev copies no source: Skaffold would build it at each save', () => {
  for (const { image, context, docker, sync } of dev.build?.artifacts ?? []) {
    assert.is(sync, undefined)
    const dockerfile = readFileSync(join(TOP, context, docker.dockerfile), 'utf8')
    const copied = [...dockerfile.matchAll(/^(?:COPY|ADD) (.+) \S+$/gm)].flatMap(([, from = '']) =>
      from.split(' '),
    )
    for (const folder of everything.find((service) => service.image === image)?.sources ?? [])
      for (const path of copied)
        assert.not.ok(join(path, '.').startsWith(folder), `${docker.dockerfile} copies ${path}`)
  }
})

function bySource(one: { src: string }, other: { src: string }): number {
  return one.src.localeCompare(other.src)
}

test('dev activates itself, and only in skaffold dev', () => {
  assert.equal(dev.activation, [{ command: 'dev' }])
  for (const { name, activation } of config.profiles)
    if (name !== 'dev') assert.is(activation, undefined, name)
})

test('frontend and backend are forwarded under the ports of their Services, as the model says', () => {
  const forwarded = (config.portForward ?? []).map(({ resourceName }) => resourceName)
  assert.equal(forwarded, ['frontend', 'backend'])
  assert.equal(
    everything.filter((service) => service.forwarded).map(({ name }) => name),
    forwarded,
  )
  for (const { resourceType, resourceName, namespace, port, localPort } of config.portForward ?? []) {
    const service = everything.find(({ name }) => name === resourceName)
    assert.equal(
      [resourceType, namespace, port, localPort],
      ['service', NAMESPACE, service?.port, service?.port],
    )
  }
})

test('the context is pinned: never the current one', () => {
  assert.is(config.deploy?.kubeContext, 'minikube')
  assert.is(profile('minikube').deploy?.kubeContext, 'minikube')
})

test.run()
