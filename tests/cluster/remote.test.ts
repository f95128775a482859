import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite } from 'uvu'
import { $ } from 'zx/core'
import { allReady, CONTEXT, inNamespace, kubectl, makeRoom, objects, SERVICES, takenDown } from './cluster.ts'
import { type Copy, copyCheckout } from './copy.ts'
import { eventually, PATIENCE } from './deadline.ts'
import { endRegistry, REGISTRY, startRegistry } from './registry.ts'

const test = suite('a cluster elsewhere, by way of a registry')
const REMOTE = ['-p', 'remote', `--kube-context=${CONTEXT}`]
const BY_DIGEST = new RegExp(`^${REGISTRY}/todo-[a-z-]+:\\S+@sha256:[0-9a-f]{64}$`)
let copy: Copy

test.before(async () => {
  copy = await copyCheckout()
  await makeRoom(copy)
  await startRegistry()
})

test.after(async () => {
  await endRegistry()
  await copy.remove()
})

/** Images of our own, as the workloads name them. */
async function images(): Promise<string[]> {
  const { items } = JSON.parse(await inNamespace('get', 'deployments', '-o', 'json')) as {
    items: { spec: { template: { spec: { initContainers?: Image[]; containers: Image[] } } } }[]
  }
  return items.flatMap(({ spec: { template } }) =>
    [...(template.spec.initContainers ?? []), ...template.spec.containers].map(({ image }) => image),
  )
}

interface Image {
  readonly image: string
}

test('a registry that is not there ends it with its address, and nothing is deployed', async () => {
  const before = await objects()
  const { code, said } = await copy.run(['skaffold', 'run', ...REMOTE, '--default-repo=localhost:5999'])
  assert.notEqual(code, 0)
  assert.match(said, /could not push image "localhost:5999\/todo-.*connection refused/)
  assert.deepEqual(await objects(), before)
})

test('run pushes, deploys by digest, and passes the smoke test', async () => {
  const { code, said } = await copy.run(['skaffold', 'run', ...REMOTE, `--default-repo=${REGISTRY}`])
  assert.equal(code, 0, said)
  assert.match(said, /smoke: ✓ find the row in PostgreSQL/)
  await allReady()
  const named = await images()
  assert.ok(named.length >= SERVICES.length)
  for (const image of named) assert.match(image, BY_DIGEST)
})

test('who may use nothing but the namespace deploys into it all the same', async () => {
  const KUBECONFIG = join(copy.state, 'kubeconfig')
  await inNamespace('create', 'serviceaccount', 'deployer')
  await inNamespace(
    'create',
    'rolebinding',
    'deployer',
    '--clusterrole=admin',
    '--serviceaccount=todo:deployer',
  )
  try {
    await writeFile(KUBECONFIG, await kubeconfigOf('deployer'), { mode: 0o600 })
    const words = ['skaffold', 'run', ...REMOTE, `--default-repo=${REGISTRY}`] as const
    const { code, said } = await copy.run(words, { env: { KUBECONFIG } })
    assert.equal(code, 0, said)
    assert.match(said, /gate: context \S+ is fit/)
    assert.match(said, /smoke: ✓ find the row in PostgreSQL/)
  } finally {
    await inNamespace('delete', 'serviceaccount/deployer', 'rolebinding/deployer')
  }
})

test('it takes no port of the nodes, and its autoscalers bring two replicas', async () => {
  const types = await inNamespace('get', 'services', '-o', 'jsonpath={.items[*].spec.type}')
  assert.deepEqual(new Set(types.split(' ')), new Set(['ClusterIP']))
  await eventually('two replicas of each', PATIENCE, async () => {
    const replicas = '{range .items[*]}{.metadata.name} {.status.currentReplicas}{"\\n"}{end}'
    const scaled = await inNamespace('get', 'horizontalpodautoscalers', '-o', `jsonpath=${replicas}`)
    return scaled === 'backend 2\nfrontend 2\nmcp 2\n'
  })
})

test('a release says what it is, and is deployed from the registry as its file says', async () => {
  const revision = await commit()
  const file = join(copy.state, 'release.json')
  const release = ['-p', 'release', '--push', `--kube-context=${CONTEXT}`, `--default-repo=${REGISTRY}`]
  const built = await copy.run(['skaffold', 'build', ...release, `--file-output=${file}`])
  assert.equal(built.code, 0, built.said)
  const { builds } = JSON.parse(await readFile(file, 'utf8')) as { builds: { tag: string }[] }
  const tags = builds.map(({ tag }) => tag)
  const { version } = JSON.parse(await readFile(join(copy.folder, 'package.json'), 'utf8'))
  const name = `v${version}-${revision.slice(0, 7)}`
  for (const tag of tags) {
    assert.ok(tag.includes(`:${name}@sha256:`), tag)
    const [{ Config }] = JSON.parse(await inNode('image', 'inspect', tag))
    assert.equal(Config.Labels['org.opencontainers.image.version'], name)
    assert.equal(Config.Labels['org.opencontainers.image.revision'], revision)
  }

  // Then the node has only the registry to get them from.
  await inNode(
    'image',
    'rm',
    '--force',
    ...tags.map((tag) => tag.replace(/@.*/, '')),
    ...tags.map(byDigestAlone),
  )
  const deployed = await copy.run(['skaffold', 'deploy', ...REMOTE, `--build-artifacts=${file}`])
  assert.equal(deployed.code, 0, deployed.said)
  for (const image of await images()) assert.ok(tags.includes(image), image)
  const events = await inNamespace('get', 'events', '--field-selector=reason=Pulled', '-o', 'json')
  for (const tag of tags) assert.ok(events.includes(`Successfully pulled image \\"${tag}\\"`), tag)
})

test('delete takes it down, and keeps the data', async () => {
  const { code, said } = await copy.run(['skaffold', 'delete', ...REMOTE])
  assert.equal(code, 0, said)
  await takenDown()
})

/** The kubeconfig of a service account, under the same context's name. */
async function kubeconfigOf(account: string): Promise<string> {
  const [config, token] = await Promise.all([
    kubectl(['config', 'view', '--raw', '--minify', '--flatten', '-o', 'json']),
    inNamespace('create', 'token', account),
  ])
  const { clusters } = JSON.parse(config) as { clusters: { name: string }[] }
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': CONTEXT,
    contexts: [{ name: CONTEXT, context: { cluster: clusters[0]?.name, user: account } }],
    clusters,
    users: [{ name: account, user: { token: token.trim() } }],
  })
}

/** Makes a repository of the copy, with nothing left to commit. @returns the commit */
async function commit(): Promise<string> {
  await git('init', '--quiet', '--initial-branch=main')
  await git('add', '--all')
  await git('-c', 'user.name=test', '-c', 'user.email=test@test.local', 'commit', '--quiet', '--message=all')
  return git('rev-parse', 'HEAD')
}

async function git(...words: string[]): Promise<string> {
  const { code, said } = await copy.run(['git', ...words])
  assert.equal(code, 0, said)
  return said.trim()
}

/** Runs docker in the cluster's node. */
async function inNode(...words: string[]): Promise<string> {
  return (await $({ quiet: true })`minikube ssh --profile=${CONTEXT} -- docker ${words}`).stdout
}

function byDigestAlone(tag: string): string {
  return tag.replace(/:[^:@/]+@/, '@')
}

test.run()
