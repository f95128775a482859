import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import type { Service, Stack } from '../../k8s/model/stack.ts'
import { skaffoldConfig } from '../../k8s/skaffold/config.ts'
import { CHECKOUT } from '../../lib/shell/state-folder.ts'
import { MAIN } from './main-stack.ts'

const test = suite('skaffold.yaml as a stack has it')
const TEXT = readFileSync(join(CHECKOUT, 'skaffold.yaml'), 'utf8')

interface Pipeline {
  build: { artifacts: { image: string; docker: Record<string, unknown>; sync?: unknown }[] }
  portForward: { resourceName: string; namespace: string; port: number }[]
}
interface Config extends Pipeline {
  metadata: { name: string }
  profiles: (Pipeline & { name: string })[]
}

const read = (text: string) => parse(text, { merge: true }) as Config
const profile = (config: Config, name: string) => {
  const one = config.profiles.find((candidate) => candidate.name === name)
  assert.ok(one)
  return one
}
const withServices = (services: Record<string, Service>): Stack => ({ ...MAIN, services })

/** A program whose images hold three things of its folder. */
const jobs: Service = {
  kind: 'program',
  runtime: 'node',
  component: 'worker',
  directory: 'examples/jobs',
  port: 9000,
  forwarded: true,
  replicated: false,
  build: {
    dockerfile: 'docker/own.Dockerfile',
    fetches: true,
    run: { target: 'prod', args: { DIRECTORY: 'examples/jobs', PART_1: 'src' } },
    synced: { target: 'dev', args: { DIRECTORY: 'examples/jobs', PART_1: 'src' } },
    mounted: { target: 'dev', args: { DIRECTORY: 'examples/jobs' } },
  },
  command: { run: () => ['jobs'] },
  probes: { live: '/live', ready: '/ready' },
  ask: (url) => ['jobs', '--ask', url],
  sources: ['src', 'more'],
  resources: { cpu: '10m', memory: '10Mi' },
}

test('the one in the checkout is that of its stack, to the byte', () => {
  assert.is(skaffoldConfig(TEXT, MAIN), TEXT)
})

test('a new service stands in every list, and nothing else changes', () => {
  const text = skaffoldConfig(TEXT, withServices({ ...MAIN.services, jobs }))
  const config = read(text)
  const image = 'todo-jobs'
  const secrets = [{ id: 'ca', src: 'docker/ca.pem' }]
  const docker = { dockerfile: 'docker/own.Dockerfile', target: 'dev', secrets }
  const buildArgs = { DIRECTORY: 'examples/jobs', PART_1: 'src' }
  const cliFlags = ['--label=dev.loop={{env "DEV_LOOP"}}']
  const run = { image, context: '.', docker: { ...docker, target: 'prod', buildArgs } }
  const labels = { VERSION: '{{.IMAGE_TAG}}', REVISION: '{{cmd "git" "rev-parse" "HEAD"}}' }
  const rule = (folder: string) => ({
    src: `examples/jobs/${folder}/**/*`,
    dest: '.',
    strip: 'examples/jobs/',
  })
  assert.equal(config.build.artifacts.at(-1), run)
  assert.equal(profile(config, 'dev').build.artifacts.at(-1), {
    ...run,
    docker: { ...docker, buildArgs: { DIRECTORY: 'examples/jobs' }, cliFlags },
  })
  assert.equal(profile(config, 'synced').build.artifacts.at(-1), {
    ...run,
    docker: { ...docker, buildArgs, cliFlags },
    sync: { manual: [rule('src'), rule('more')] },
  })
  assert.equal(profile(config, 'release').build.artifacts.at(-1), {
    ...run,
    docker: { ...run.docker, buildArgs: { ...buildArgs, ...labels } },
  })
  assert.equal(config.portForward.at(-1), {
    resourceType: 'service',
    resourceName: 'jobs',
    namespace: 'todo',
    port: 9000,
    localPort: 9000,
  })
  const lines = text.split('\n')
  assert.equal(
    TEXT.split('\n').filter((line) => !lines.includes(line)),
    [],
  )
  assert.is(skaffoldConfig(skaffoldConfig(text, MAIN), MAIN), TEXT)
})

test('a service that goes leaves what others refer to', () => {
  for (const gone of Object.keys(MAIN.services)) {
    const { [gone]: _, ...services } = MAIN.services
    const before = read(TEXT)
    const config = read(skaffoldConfig(TEXT, withServices(services)))
    const without = ({ build }: Pipeline) => build.artifacts.filter(({ image }) => image !== `todo-${gone}`)
    assert.equal(config.build.artifacts, without(before), gone)
    for (const name of ['dev', 'synced', 'release'])
      assert.equal(profile(config, name).build.artifacts, without(profile(before, name)), `${name}, ${gone}`)
  }
})

test('what changes in a service changes in each list, and keeps its anchors', () => {
  const mcp = MAIN.services.mcp
  assert.ok(mcp?.kind === 'program')
  const changed = (args: Readonly<Record<string, string>>) => ({ ...args, PORT: '9001' })
  const { run, synced, mounted } = mcp.build
  const build = {
    ...mcp.build,
    run: { ...run, args: changed(run.args) },
    synced: { ...synced, args: changed(synced.args) },
    mounted: { ...mounted, args: changed(mounted.args) },
  }
  const text = skaffoldConfig(TEXT, withServices({ ...MAIN.services, mcp: { ...mcp, build } }))
  assert.is(text, TEXT.replaceAll('PORT: "8001"', 'PORT: "9001"'))
})

test('a stack of another name has its own namespace, images and release', () => {
  const text = skaffoldConfig(TEXT, { ...MAIN, name: 'notes' })
  assert.not.match(text, 'todo')
})

test('for a stack in another folder, hooks are told which, and what they write is deployed', () => {
  const elsewhere = { folder: 'examples/a', rendered: '/s/rendered', chart: '/s/helm', values: '/s/values' }
  const text = skaffoldConfig(TEXT, { ...MAIN, name: 'notes' }, elsewhere)
  const commands = text.split('\n').filter((line) => / command: \[.* hooks\//.test(line))
  assert.ok(commands.length > 10)
  for (const command of commands) assert.match(command, /, --stack, examples\/a\]$/)
  assert.is(text.match(/- k8s\/rendered/), null)
  assert.match(text, /\n {8}- \/s\/rendered\/\*\n/)
  assert.match(text, 'chartPath: /s/helm\n')
  assert.match(text, '- /s/values/values.yaml\n')
  assert.is(skaffoldConfig(TEXT, { ...MAIN, name: 'notes' }, elsewhere), text)
})

test.run()
