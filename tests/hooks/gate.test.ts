import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { freePort } from '../../lib/shell/free-port.ts'
import { type Checkout, checkout } from './checkout.ts'
import * as cluster from './clusters.ts'

const test = suite('hooks/gate.ts')
const FIT = 'gate: context minikube is fit\n'
let here: Checkout
const servers: Server[] = []

/** What a cluster lacks, what kubectl says of it, the refusal and its cure. */
const UNFIT = [
  [
    'a missing context',
    cluster.kubeconfig({ production: 'https://api.example.com' }),
    'There is no context "minikube" in the kubeconfig.',
    'npm run cluster -- up',
  ],
  [
    'an empty kubeconfig',
    { 'config view': { stdout: '{"contexts":null,"clusters":null}' } },
    'There is no context "minikube" in the kubeconfig.',
    'npm run cluster -- up',
  ],
  [
    'a context of that name which is somewhere else',
    cluster.kubeconfig({ minikube: 'https://api.example.com:6443' }),
    'Context "minikube" (server api.example.com) is not a local cluster',
    'KUBE_CONTEXT=minikube',
  ],
  [
    'an API server that is down',
    {
      'get nodes': {
        exitCode: 1,
        stderr:
          "E1121 10:11:12.131415 7 memcache.go:265] couldn't get it\nThe connection to the server 127.0.0.1:32771 was refused\n",
      },
    },
    'does not answer: kubectl get failed: The connection to the server 127.0.0.1:32771 was refused',
    'npm run cluster -- up',
  ],
  [
    'a kubeconfig that cannot be read',
    { 'config view': { exitCode: 1, stderr: 'error: error loading config file "config": yaml: line 3\n' } },
    'The kubeconfig cannot be read: kubectl config failed: error: error loading config file',
    'kubectl config view',
  ],
  [
    'a node that is not Ready',
    cluster.nodes(cluster.node('minikube', { ready: false })),
    'Node minikube is not Ready.',
    'kubectl describe node minikube',
  ],
  [
    'no DNS',
    cluster.dns(false, false),
    'The cluster has no working DNS',
    'rollout status deployment/coredns',
  ],
  [
    'no default storage class',
    cluster.storageClasses(false),
    'The cluster has no default storage class',
    'minikube addons enable default-storageclass',
  ],
  [
    'a cluster that is too small',
    cluster.nodes(cluster.node('minikube', { cpu: '1200m', memory: '900Mi' })),
    /The cluster is too small: the stack asks for \d+m of CPU where 450m are free and \d+Mi of memory where 730Mi/,
    'minikube config set cpus 4',
  ],
  [
    'a namespace that is being deleted',
    cluster.namespace('Terminating'),
    'Namespace todo is being deleted.',
    'kubectl wait --for=delete namespace/todo',
  ],
  [
    'a NodePort that is taken',
    cluster.service('shop', 'web', 30080),
    'The NodePort of the page is held by Service shop/web.',
    'kubectl delete service -n shop web',
  ],
] as const

test.before.each(async () => {
  here = await checkout(cluster.FRESH)
})
test.after.each(async () => {
  await here.remove()
  for (const server of servers.splice(0)) server.close()
})

/** @returns a port of this machine that something listens on */
async function listen(): Promise<number> {
  const server = createServer((socket) => socket.end())
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('a TCP server has an address')
  return address.port
}

/** Moves frontend and backend to other ports: the real ones may be in use on this machine. */
async function servicePorts(frontend: number, backend: number): Promise<void> {
  await here.edit('stack/stack.ts', 'port: 3000,', `port: ${frontend},`)
  await here.edit('stack/stack.ts', 'port: 8000,', `port: ${backend},`)
}

test('a healthy cluster is let through, by questions alone', async () => {
  assert.equal(await here.run('gate'), { exitCode: 0, stdout: FIT, stderr: '' })
  const calls = await here.kubectl.calls()
  assert.ok(calls.length > 0)
  for (const { context, words, stdin } of calls) {
    assert.is(context, 'minikube')
    assert.match(words, /^(get|config view) /)
    assert.is(stdin, '')
  }
})

for (const [what, answers, message, cure] of UNFIT)
  test(`${what} is refused with its cure`, async () => {
    await here.kubectl.answer(answers)
    const { exitCode, stdout, stderr } = await here.run('gate')
    const [refusal = '', remedy = ''] = stderr.split('\n  → ')
    assert.is(exitCode, 1)
    assert.is(stdout, '')
    assert.ok(refusal.startsWith('✗ '), stderr)
    assert.match(refusal, message)
    assert.match(remedy, cure)
  })

test("kubectl's current context is never asked for: Skaffold's counts, then the settings'", async () => {
  const remote = await here.run('gate', [], { SKAFFOLD_KUBE_CONTEXT: 'production', SKAFFOLD_WORK_DIR: '/' })
  assert.is(remote.exitCode, 1)
  assert.match(remote.stderr, 'Context "production" (server api.example.com) is not a local cluster')
  await here.settings({ KUBE_CONTEXT: 'production', AUTOSCALE_UP_TO: '0' })
  assert.equal(await here.run('gate', ['--profile', 'remote']), {
    exitCode: 0,
    stdout: 'gate: context production is fit\n',
    stderr: '',
  })
  const calls = await here.kubectl.calls()
  assert.equal(new Set(calls.map(({ context }) => context)), new Set(['production']))
})

test('a cluster that others use too is asked about no node and no pod', async () => {
  await here.settings({ KUBE_CONTEXT: 'production' })
  await here.kubectl.answer(cluster.nodes(cluster.node('busy', { ready: false, cpu: '1m' })))
  const { exitCode, stdout, stderr } = await here.run('gate', ['--profile', 'remote'])
  assert.is(exitCode, 0)
  assert.is(stdout, 'gate: context production is fit\n')
  assert.match(stderr, /gate: The cluster serves no metrics\.k8s\.io.*\n {2}→ .*AUTOSCALE_UP_TO=0/)
  const [, asked] = await here.kubectl.calls()
  assert.match(asked?.words ?? '', '--namespace=todo')
  assert.not.match(asked?.words ?? 'nodes', /nodes|pods|--all-namespaces/)
})

test('who may see nothing but the namespace is let through by what is to be seen there', async () => {
  await here.settings({ KUBE_CONTEXT: 'production', EXPOSE: 'ingress' })
  const forbidden = (kind: string) => ({
    exitCode: 1,
    stderr: `Error from server (Forbidden): ${kind} is forbidden: User "me" cannot list it at the cluster scope`,
  })
  const nothing = { stdout: '{"items":[]}' }
  const kinds = ['namespaces', 'storageclasses', 'ingressclasses', 'apiservices']
  await here.kubectl.answer({
    'get persistentvolumeclaims': nothing,
    'get statefulsets': nothing,
    ...Object.fromEntries(kinds.map((kind) => [`get ${kind}`, forbidden(kind)])),
  })
  assert.equal(await here.run('gate', ['--profile', 'remote']), {
    exitCode: 0,
    stdout: 'gate: context production is fit\n',
    stderr: '',
  })
  await here.kubectl.answer({
    'get statefulsets': { exitCode: 1, stderr: 'Unable to connect to the server' },
  })
  const { exitCode, stderr } = await here.run('gate', ['--profile', 'remote'])
  assert.is(exitCode, 1)
  assert.match(stderr, 'does not answer: kubectl get failed: Unable to connect to the server')
})

test('the metrics server and a default ingress class are seen', async () => {
  await here.settings({ KUBE_CONTEXT: 'production', PUBLIC_URL: 'https://todo.example.com' })
  await here.kubectl.answer({ ...cluster.metrics('False'), ...cluster.ingressClasses(false, true) })
  assert.match((await here.run('gate', ['--profile', 'remote'])).stderr, 'serves no metrics.k8s.io')
  await here.kubectl.answer(cluster.metrics('True'))
  assert.is((await here.run('gate', ['--profile', 'remote'])).stderr, '')
  await here.kubectl.answer(cluster.ingressClasses(false))
  assert.match((await here.run('gate', ['--profile', 'remote'])).stderr, 'no default ingress class')
})

test('an external database is not knocked at from here where only the remote cluster has to reach it', async () => {
  await here.settings({
    KUBE_CONTEXT: 'production',
    AUTOSCALE_UP_TO: '0',
    DATABASE_URL: `postgresql://todo@127.0.0.1:${await freePort()}/todo`,
  })
  assert.is((await here.run('gate', ['--profile', 'remote'])).exitCode, 0)
})

test("the size of the StatefulSet's volume counts, and that of its claim where it is gone", async () => {
  await here.settings({ STORAGE_SIZE: '2Gi' })
  await here.kubectl.answer(cluster.storage('2Gi', '8Gi'))
  assert.equal(await here.run('gate'), { exitCode: 0, stdout: FIT, stderr: '' })
  for (const answers of [cluster.storage('1Gi', '2Gi'), cluster.storage(undefined, '1Gi')]) {
    await here.kubectl.answer(answers)
    const { exitCode, stderr } = await here.run('gate')
    assert.is(exitCode, 1)
    assert.match(stderr, 'STORAGE_SIZE is 2Gi, but the volume of postgres was made with 1Gi')
  }
})

test('a pod of somebody else that waits for a node takes no room', async () => {
  await here.kubectl.answer(
    cluster.pods({ cpu: '100', memory: '900Gi', namespace: 'shop', phase: 'Pending', scheduled: false }),
  )
  assert.equal(await here.run('gate'), { exitCode: 0, stdout: FIT, stderr: '' })
})

test('our own pods and Services, and pods that ended, do not stand in the way', async () => {
  await here.kubectl.answer({
    ...cluster.namespace('Active'),
    ...cluster.DATA,
    ...cluster.storageClasses(),
    ...cluster.service('todo', 'frontend', 30080),
    ...cluster.pods(
      { cpu: '3', memory: '5Gi', namespace: 'todo' },
      { cpu: '3', memory: '5Gi', phase: 'Succeeded' },
      { cpu: '3', memory: '5Gi', phase: 'Failed' },
      { cpu: '750m', memory: '170Mi' },
    ),
  })
  assert.equal(await here.run('gate'), { exitCode: 0, stdout: FIT, stderr: '' })
})

test('in the loop, a forwarded port that is taken is refused by its number', async () => {
  const taken = await listen()
  await servicePorts(taken, await freePort())
  const { exitCode, stderr } = await here.run('gate', ['--profile', 'synced'])
  assert.is(exitCode, 1)
  assert.match(stderr, `Port ${taken} of this machine is taken, and the loop forwards it.`)
  assert.match(stderr, `lsof -i :${taken}`)
  assert.is((await here.run('gate', ['--profile', 'run'])).exitCode, 0, 'run forwards nothing')
})

test('in the loop, free ports are let through', async () => {
  await servicePorts(await freePort(), await freePort())
  assert.equal(await here.run('gate', ['--profile', 'synced']), { exitCode: 0, stdout: FIT, stderr: '' })
})

test('dev is let through where every node holds this checkout, and this one alone', async () => {
  await servicePorts(await freePort(), await freePort())
  const refused = await here.run('gate', ['--profile', 'dev'])
  assert.is(refused.exitCode, 1)
  assert.match(refused.stderr, 'The nodes of the cluster do not hold this checkout')
  assert.match(refused.stderr, 'skaffold dev -p synced')

  // Stands for the engine: each node of the cluster shows what it has mounted.
  const marker = join(here.rendered, 'checkout.id')
  const docker = (other: string) => `#!/usr/bin/env bash
case "$*" in
  "exec --user 10001 one cat /src/k8s/rendered/checkout.id") printf '%s\n' "$(< ${marker})" ;;
  "exec --user 10001 two cat /src/k8s/rendered/checkout.id") printf '%s\n' "$(< ${other})" ;;
  *) exit 1 ;;
esac`
  await here.kubectl.answer(cluster.nodes(cluster.node('one'), cluster.node('two')))
  const copy = join(here.folder, 'copy.id')
  await writeFile(copy, (await readFile(marker, 'utf8')).replace(here.folder, '/elsewhere'))
  await writeFile(join(here.kubectl.path, 'docker'), docker(copy), { mode: 0o755 })
  assert.is((await here.run('gate', ['--profile', 'dev'])).exitCode, 1, 'one node holds another checkout')
  await writeFile(join(here.kubectl.path, 'docker'), docker(marker), { mode: 0o755 })
  assert.equal(await here.run('gate', ['--profile', 'dev']), { exitCode: 0, stdout: FIT, stderr: '' })
})

test('an external database is knocked at, and its password kept', async () => {
  const password = randomBytes(12).toString('hex')
  const url = (port: number, host = '127.0.0.1') => `postgresql://todo:${password}@${host}:${port}/todo`
  const listening = await listen()
  await here.settings({ DATABASE_URL: url(listening, 'host.minikube.internal') })
  assert.is((await here.run('gate')).stdout, FIT)
  await here.settings({ DATABASE_URL: url(listening) })
  assert.match((await here.run('gate')).stderr, 'DATABASE_URL leads to 127.0.0.1, which is for each pod')

  const port = await freePort()
  await here.settings({ DATABASE_URL: url(port) })
  const { exitCode, stderr } = await here.run('gate')
  assert.is(exitCode, 1)
  assert.match(stderr, `The database of DATABASE_URL does not answer at 127.0.0.1:${port}.`)
  assert.not.match(stderr + (await here.logs()), password)
})

test('a machine without kubectl is told how to get one', async () => {
  await rm(join(here.kubectl.path, 'kubectl'))
  const { exitCode, stderr } = await here.run('gate')
  assert.is(exitCode, 1)
  assert.match(stderr, /kubectl is not on this PATH\.\n {2}→ npm run cluster -- up/)
})

test('a broken .env.local is refused before anything is asked', async () => {
  await here.settings({ PORT_OFFSET: 'many' })
  const { exitCode, stderr } = await here.run('gate')
  assert.is(exitCode, 1)
  assert.match(stderr, 'PORT_OFFSET in .env.local is not a number.')
  assert.equal(await here.kubectl.calls(), [])
})

test('what it decided is in its log', async () => {
  await here.run('gate')
  await here.kubectl.answer(cluster.dns())
  await here.run('gate')
  const events = (await here.logs())
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.equal(
    events.map(({ program, event, context, problems }) => [program, event, context, problems.length]),
    [
      ['gate', 'passed', 'minikube', 0],
      ['gate', 'refused', 'minikube', 1],
    ],
  )
})

test.run()
