import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { programs } from '../../k8s/services.ts'
import { NAMES } from './main-stack.ts'
import { DEFAULTS } from './settings-of-every-kind.ts'

const test = suite('skaffold.yaml and the model')
const TOP = fileURLToPath(new URL('../../', import.meta.url))

interface Artifact {
  image: string
  context: string
  docker: { dockerfile: string; target: string; buildArgs: Record<string, string>; cliFlags?: string[] }
  sync?: { manual: { src: string; dest: string; strip?: string }[] }
}
interface Hook {
  host: { command: string[] }
}
interface Release {
  name: string
  namespace: string
  chartPath: string
  valuesFiles: string[]
  setValueTemplates: Record<string, string>
}
interface Pipeline {
  build?: {
    artifacts?: Artifact[]
    local?: { push: boolean }
    tagPolicy?: Record<string, unknown>
    hooks?: { before: { command: string[] }[] }
  }
  manifests?: { hooks?: { before: Hook[] }; rawYaml?: string[] }
  deploy?: {
    kubeContext?: string
    statusCheckDeadlineSeconds?: number
    kubectl?: { defaultNamespace?: string; hooks: { before: Hook[]; after: Hook[] } }
    helm?: { releases: Release[]; hooks: { before: Hook[]; after: Hook[] } }
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
  profiles: (Pipeline & {
    name: string
    activation?: { command?: string }[]
    patches?: { op: string; path: string; value?: unknown }[]
  })[]
}

const config = parse(readFileSync(join(TOP, 'skaffold.yaml'), 'utf8'), { merge: true }) as Config
const dev = profile('dev')
const synced = profile('synced')
const remote = profile('remote')
const everything = programs(DEFAULTS)

function profile(name: string) {
  const found = config.profiles.find((candidate) => candidate.name === name)
  if (!found) throw new Error(`skaffold.yaml has no profile ${name}`)
  return found
}

/** The steps of a pipeline, in the order Skaffold runs them. */
function hooks({ manifests, deploy }: Pipeline): { script: string; flags: Record<string, unknown> }[] {
  const ofDeployer = (deploy?.helm ?? deploy?.kubectl)?.hooks
  const all = [
    ...(manifests?.hooks?.before ?? []),
    ...(ofDeployer?.before ?? []),
    ...(ofDeployer?.after ?? []),
  ]
  return all.map(({ host: { command } }) => {
    const [node, loader, start, script = '', ...args] = command
    assert.equal([node, loader, start], ['node', '--import', './lib/shell/start.mjs'])
    const options = {
      profile: { type: 'string' },
      format: { type: 'string' },
      'on-failure': { type: 'string' },
    } as const
    return { script, flags: { ...parseArgs({ args, options }).values } }
  })
}

for (const [name, pipeline] of [
  ['by default', config],
  ['in profile dev', dev],
  ['in profile synced', synced],
] as const)
  test(`${name}, each image has its Dockerfile and the stage that is built`, () => {
    for (const { image, context, docker } of pipeline.build?.artifacts ?? []) {
      const file = join(TOP, context, docker.dockerfile)
      assert.ok(existsSync(file), `${image} is built from ${file}`)
      assert.match(readFileSync(file, 'utf8'), new RegExp(`^FROM .* AS ${docker.target}$`, 'm'))
    }
  })

for (const [name, pipeline] of [
  ['by default', config],
  ['in profile dev', dev],
  ['in profile synced', synced],
  ['in profile remote', remote],
] as const) {
  test(`${name}, the hooks exist`, () => {
    for (const { script } of hooks(pipeline)) assert.ok(existsSync(join(TOP, script)), script)
  })

  test(`${name}, what the render hook writes is what is deployed`, () => {
    assert.equal(pipeline.manifests?.rawYaml, ['k8s/rendered/*'])
    assert.is(pipeline.deploy?.kubectl?.defaultNamespace, NAMES.namespace)
  })
}

test('run renders and checks for run, and a failed smoke test fails it', () => {
  assert.equal(hooks(config), [
    { script: 'hooks/render.ts', flags: { profile: 'run' } },
    { script: 'hooks/before-deploy.ts', flags: { profile: 'run' } },
    { script: 'hooks/smoke.ts', flags: { 'on-failure': 'fail' } },
  ])
})

test('remote renders and checks for remote, and a failed smoke test fails it', () => {
  assert.equal(hooks(remote), [
    { script: 'hooks/render.ts', flags: { profile: 'remote' } },
    { script: 'hooks/before-deploy.ts', flags: { profile: 'remote' } },
    { script: 'hooks/smoke.ts', flags: { 'on-failure': 'fail' } },
  ])
})

test('remote alone pushes what it builds, which is what run builds', () => {
  assert.is(config.build?.local?.push, false)
  assert.is(remote.build?.local?.push, true)
  assert.is(remote.build?.artifacts, undefined)
})

test('remote does not go with the loop, whose end would take everything down', () => {
  const [patch] = remote.patches ?? []
  assert.equal(patch, {
    op: 'test',
    path: '/deploy/statusCheckDeadlineSeconds',
    value: config.deploy?.statusCheckDeadlineSeconds,
  })
  assert.is.not(dev.deploy?.statusCheckDeadlineSeconds, patch?.value)
})

test('helm deploys the chart with the settings as its values, and nothing beside it', () => {
  const helm = profile('helm')
  assert.equal(hooks(helm), [
    { script: 'hooks/render.ts', flags: { format: 'helm' } },
    { script: 'hooks/render.ts', flags: { format: 'helm-values' } },
    { script: 'hooks/before-deploy.ts', flags: { profile: 'run' } },
    { script: 'hooks/smoke.ts', flags: { 'on-failure': 'fail' } },
  ])
  for (const { script } of hooks(helm)) assert.ok(existsSync(join(TOP, script)), script)
  const removed = (helm.patches ?? []).filter(({ op }) => op === 'remove').map(({ path }) => path)
  assert.equal(removed, ['/manifests/rawYaml', '/deploy/kubectl'])
  const [release] = helm.deploy?.helm?.releases ?? []
  assert.ok(existsSync(join(TOP, release?.chartPath ?? '', 'Chart.yaml')))
  assert.equal([release?.namespace, release?.valuesFiles], [NAMES.namespace, ['dist/helm/values.yaml']])
})

test('release builds what run builds, and tells each image its version and commit', () => {
  const { build, manifests, deploy } = profile('release')
  assert.equal([manifests, deploy], [undefined, undefined])
  const bare = (build?.artifacts ?? []).map(({ docker, ...artifact }) => {
    const { VERSION, REVISION, ...buildArgs } = docker.buildArgs
    assert.equal([VERSION, REVISION], ['{{.IMAGE_TAG}}', '{{cmd "git" "rev-parse" "HEAD"}}'])
    const dockerfile = readFileSync(join(TOP, artifact.context, docker.dockerfile), 'utf8')
    // Last, so that another commit makes no layer anew.
    assert.match(
      dockerfile,
      /\nARG VERSION=local REVISION=unknown\nLABEL org\.opencontainers\.image\.version=\$VERSION org\.opencontainers\.image\.revision=\$REVISION\n$/,
    )
    return { ...artifact, docker: { ...docker, buildArgs } }
  })
  assert.equal(bare, config.build?.artifacts)
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

test('an image of dev copies no source: Skaffold would build it at each save', () => {
  for (const { image, docker, sync } of dev.build?.artifacts ?? []) {
    assert.is(sync, undefined)
    const service = everything.find((candidate) => candidate.image === image)
    for (const [name, path] of Object.entries(docker.buildArgs))
      if (name.startsWith('PART_')) assert.not.ok(service?.sources.includes(path), `${image} copies ${path}`)
  }
})

test('dev activates itself, and only in skaffold dev', () => {
  assert.equal(dev.activation, [{ command: 'dev' }])
  for (const { name, activation } of config.profiles)
    if (name !== 'dev') assert.is(activation, undefined, name)
})

for (const [what, told, leads] of [
  ['none is told', undefined, () => '/dev/null'],
  [
    'it is told by its whole path',
    (folder: string) => join(folder, 'ca.crt'),
    (folder: string) => join(folder, 'ca.crt'),
  ],
  ['it is told by a path from here', () => 'ca.crt', (folder: string) => join(folder, 'ca.crt')],
  ['the one that is told is gone', () => '/gone.pem', () => '/dev/null'],
] as const)
  test(`the builds have a certificate where there is one: ${what}`, () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "Zoë's builds ")))
    mkdirSync(join(folder, 'docker'))
    writeFileSync(join(folder, 'ca.crt'), 'certificate')
    const [program = '', ...words] = config.build?.hooks?.before[0]?.command ?? []
    const env = { PATH: process.env.PATH, ...(told ? { NODE_EXTRA_CA_CERTS: told(folder) } : {}) }
    assert.is(spawnSync(program, words, { cwd: folder, env }).status, 0)
    assert.is(readlinkSync(join(folder, 'docker', 'ca.pem')), leads(folder))
    rmSync(folder, { recursive: true })
  })

test('the context is pinned: never the current one', () => {
  assert.is(config.deploy?.kubeContext, 'minikube')
  assert.is(profile('minikube').deploy?.kubeContext, 'minikube')
})

test('what the loop builds bears its name, and nothing else does', () => {
  for (const { name, build } of [{ name: 'the default', ...config }, ...config.profiles]) {
    const flags = name === 'dev' || name === 'synced' ? ['--label=dev.loop={{env "DEV_LOOP"}}'] : undefined
    for (const { image, docker } of build?.artifacts ?? [])
      assert.equal(docker.cliFlags, flags, `${image} of ${name}`)
  }
})

test.run()
