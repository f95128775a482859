import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import { z } from 'zod'
import { $ } from 'zx/core'
import { encryptionFile, writeEncryption } from '../../lib/cluster/encryption.ts'
import { kubectlFor } from '../../lib/cluster/kubectl.ts'
import { freePort } from '../../lib/shell/free-port.ts'
import { CONTEXT } from './cluster.ts'

const test = suite('encryption of Secrets')
const CLUSTER = fileURLToPath(new URL('../scripts/cluster-on-port.ts', import.meta.url))
/** A cluster of the test's own; its node's container has the same name. */
const PROFILE = 'todo-encrypted'
const ETCD = '/var/lib/minikube/etcd'

const kubectl = kubectlFor(PROFILE)
const values = { secret: randomUUID(), open: randomUUID() }
let folder: string
let keys: string
let port: number
let made = false

// Whoever interrupts the tests does not want a cluster that goes on.
process.once('exit', () => {
  if (made) execFileSync('minikube', ['delete', '--profile', PROFILE])
})

// uvu keeps to itself why a hook has failed.
test.before(() =>
  makeCluster().catch((error) => {
    console.error(error)
    throw error
  }),
)

test.after(async () => {
  await cluster('down', '--delete')
  made = false
  await rm(folder, { recursive: true })
})

test('etcd holds no readable Secret', async () => {
  assert.ok(await onDisk(values.open), 'the ConfigMap was not found either: the search proves nothing')
  assert.ok(!(await onDisk(values.secret)), 'the Secret is readable')
  assert.ok(await onDisk('k8s:enc:secretbox:v1:'))
  assert.equal(await served(), values.secret)
})

test('a cluster that is stopped and started still opens them', async () => {
  await cluster('down')
  await cluster('up')
  assert.equal(await served(), values.secret)
})

test('it does so when its key is gone from this machine, and another has been made since', async () => {
  await rm(keys, { recursive: true })
  writeEncryption(encryptionFile(keys))
  await cluster('down')
  await cluster('up')
  assert.equal(await served(), values.secret)
})

const HOME = process.env.MINIKUBE_HOME ?? homedir()
const CACHE = join(HOME.endsWith('.minikube') ? HOME : join(HOME, '.minikube'), 'cache')

const profiles = z.object({
  valid: z.array(
    z.object({
      Name: z.string(),
      Config: z.object({
        KicBaseImage: z.string(),
        KubernetesConfig: z.object({ KubernetesVersion: z.string() }),
      }),
    }),
  ),
})

/** With a Secret and a ConfigMap in it. */
async function makeCluster(): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), 'todo-encrypted-'))
  keys = join(folder, '.minikube', 'files', 'var/lib/minikube/certs')
  Object.assign(process.env, await likeTheOther(), {
    MINIKUBE_PROFILE: PROFILE,
    MINIKUBE_MEMORY: '2200mb',
    MINIKUBE_HOME: folder,
    KUBECONFIG: join(folder, 'kubeconfig'),
  })
  // What Minikube has fetched before serves this cluster too.
  await mkdir(join(folder, '.minikube'))
  await symlink(CACHE, join(folder, '.minikube', 'cache'))
  port = await freePort()
  made = true
  await cluster('up')
  await kubectl(['apply', '-f', '-'], {
    input: JSON.stringify({
      apiVersion: 'v1',
      kind: 'List',
      items: [
        { ...named('Secret'), stringData: { value: values.secret } },
        { ...named('ConfigMap'), data: { value: values.open } },
      ],
    }),
  })
}

/** What Minikube made the cluster of the other tests of, and so has on this machine. */
async function likeTheOther(): Promise<NodeJS.ProcessEnv> {
  const listing = await $({ quiet: true })`minikube profile list --light --output=json`
  const { valid } = profiles.parse(JSON.parse(listing.stdout))
  const config = valid.find(({ Name }) => Name === CONTEXT)?.Config
  assert.ok(config, `There is no Minikube profile "${CONTEXT}"`)
  return {
    MINIKUBE_BASE_IMAGE: config.KicBaseImage,
    MINIKUBE_KUBERNETES_VERSION: config.KubernetesConfig.KubernetesVersion,
    MINIKUBE_PRELOAD: String(existsSync(join(CACHE, 'preloaded-tarball'))),
    MINIKUBE_FORCE: String(process.getuid?.() === 0),
  }
}

/** `npm run cluster -- <words>`, with a page's port that no other cluster has. */
async function cluster(...words: string[]): Promise<void> {
  const { ok, stdall } = await $({
    quiet: true,
    nothrow: true,
  })`${process.execPath} --import tsx ${CLUSTER} ${port} ${words}`
  assert.ok(ok, `cluster ${words.join(' ')}:\n${stdall}`)
}

function named(kind: string) {
  return { apiVersion: 'v1', kind, metadata: { name: 'marked', namespace: 'default' } }
}

/** Whether a text is anywhere in etcd's files. It goes through standard input: this shows in no process list. */
async function onDisk(text: string): Promise<boolean> {
  const grep = ['grep', '--recursive', '--quiet', '--fixed-strings', '--file=-', ETCD]
  const { exitCode, stderr } = await $({
    quiet: true,
    nothrow: true,
    input: text,
  })`docker exec --interactive ${PROFILE} ${grep}`
  assert.ok(exitCode === 0 || exitCode === 1, stderr)
  return exitCode === 0
}

/** The Secret's value, as the API server has it. */
async function served(): Promise<string> {
  const value = await kubectl(['get', 'secret', 'marked', '-o', 'jsonpath={.data.value}'])
  return Buffer.from(value, 'base64').toString()
}

test.run()
