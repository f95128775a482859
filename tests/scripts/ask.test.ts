import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { which } from 'zx/core'
import { environment as chosen } from '../../lib/shell/environment.ts'
import { CHECKOUT } from '../../lib/shell/state-folder.ts'
import { command } from '../../scripts/ask.ts'
import { inProcess } from '../hooks/in-process.ts'
import { type Answers, recordingKubectl } from '../hooks/recording-kubectl.ts'

const test = suite('scripts/ask.ts')
const shell = chosen('tool')
const KEY = randomBytes(16).toString('hex')
const TOKEN = randomBytes(16).toString('hex')
const MODEL = {
  OPENAI_BASE_URL: 'http://host.minikube.internal:4000/v1',
  OPENAI_MODEL: 'large',
  OPENAI_API_KEY: KEY,
}

/** What the person's kubeconfig has: a credential that opens everything. */
const ADMIN = randomBytes(16).toString('hex')
const CLUSTER: Answers = {
  'config view --raw --minify --flatten': {
    stdout: JSON.stringify({
      clusters: [{ name: 'minikube', cluster: { server: 'https://127.0.0.1:8443' } }],
      users: [{ name: 'minikube', user: { token: ADMIN } }],
    }),
  },
  'create token': { stdout: `${TOKEN}\n` },
}

/** Stands for both assistants: writes down what it was given, and where it was to keep things. */
const RECORDER = `#!/usr/bin/env bash
seen=\${BASH_SOURCE[0]%/bin/*}/seen
printf '%s\\n' "\${0##*/}" "$@" > "$seen/argv"
env > "$seen/environment"
cat "$KUBECONFIG" > "$seen/kubeconfig"
for word in "$@"; do
  case $word in --config=*) cat "\${word#--config=}" > "$seen/configuration" ;; esac
done
exit 7
`

let kubectl: Awaited<ReturnType<typeof recordingKubectl>>
let seen: string

test.before.each(async () => {
  kubectl = await recordingKubectl(CLUSTER)
  seen = join(kubectl.path, '..', 'seen')
  await mkdir(seen)
  for (const program of ['sh', 'env', 'cat']) await symlink(await which(program), join(kubectl.path, program))
  for (const name of ['kubectl-ai', 'k8sgpt'])
    await writeFile(join(kubectl.path, name), RECORDER, { mode: 0o755 })
})
test.after.each(() => kubectl.remove())

async function ask(words: readonly string[], settings: Readonly<Record<string, string>> = MODEL) {
  const file = join(kubectl.path, '..', 'settings')
  await writeFile(
    file,
    Object.entries(settings).map(([name, value]) => `${name}=${value}\n`),
  )
  return inProcess(command, words, { ...shell, PATH: kubectl.path, TODO_ENV_FILE: file }, CHECKOUT)
}

async function recorded(what: 'argv' | 'environment' | 'kubeconfig' | 'configuration'): Promise<string> {
  return readFile(join(seen, what), 'utf8')
}

async function environment(): Promise<Record<string, string>> {
  const lines = (await recorded('environment')).split('\n')
  return Object.fromEntries(lines.map((line) => [line.split('=')[0], line.slice(line.indexOf('=') + 1)]))
}

const verbs = async () => (await kubectl.calls()).map(({ words }) => words)

test('kubectl-ai gets the model of the settings, as this machine reaches it, and the words of the person', async () => {
  const { exitCode, stdout } = await ask(['kubectl-ai', '--quiet', 'why is the backend not ready?'])
  assert.is(exitCode, 7, "the assistant's own")
  assert.is(stdout, 'kubectl-ai on large, context minikube, namespace todo, role view\n')
  const [name, provider, model, trace, ...words] = (await recorded('argv')).trimEnd().split('\n')
  assert.equal([name, provider, model], ['kubectl-ai', '--llm-provider=openai', '--model=large'])
  assert.match(trace ?? '', /^--trace-path=.*\/ask-/)
  assert.equal(words, ['--quiet', 'why is the backend not ready?'])
  const { OPENAI_API_KEY, OPENAI_ENDPOINT } = await environment()
  assert.equal([OPENAI_API_KEY, OPENAI_ENDPOINT], [KEY, 'http://127.0.0.1:4000/v1'])
})

test('k8sgpt explains what it finds in the namespace; its key comes through a pipe', async () => {
  assert.is((await ask(['k8sgpt'])).exitCode, 7)
  const argv = (await recorded('argv')).split('\n')
  assert.equal(argv.slice(0, 4), ['k8sgpt', 'analyze', '--explain', '--namespace=todo'])
  const provider = { name: 'openai', model: 'large', baseurl: 'http://127.0.0.1:4000/v1', password: KEY }
  assert.equal(parse(await recorded('configuration')), {
    ai: { defaultprovider: 'openai', providers: [provider] },
  })
  assert.not.match(argv.join() + (await recorded('environment')), KEY)
})

test('words for k8sgpt replace the usual ones', async () => {
  await ask(['k8sgpt', 'filters', 'list'])
  assert.equal((await recorded('argv')).split('\n').slice(0, 3), ['k8sgpt', 'filters', 'list'])
})

test('the key is in no command line, and what the person may do is not lent', async () => {
  await ask(['kubectl-ai'])
  const everything = [...(await verbs()), await recorded('argv'), await recorded('kubeconfig')].join()
  assert.not.match(everything, KEY)
  assert.not.match(everything, ADMIN)
})

test('it speaks to the cluster as an account that may view the namespace', async () => {
  await ask(['kubectl-ai'])
  const create = (await kubectl.calls()).find(({ words }) => words.startsWith('create -f'))
  const { items } = JSON.parse(create?.stdin ?? '{}')
  const [account, binding] = items
  assert.equal([account.kind, binding.kind], ['ServiceAccount', 'RoleBinding'])
  assert.is(account.metadata.namespace, 'todo')
  assert.is(binding.metadata.namespace, 'todo')
  assert.equal(binding.roleRef, { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' })
  assert.equal(binding.subjects, [{ kind: 'ServiceAccount', name: account.metadata.name, namespace: 'todo' }])
  const { users, clusters, contexts, ...kubeconfig } = JSON.parse(await recorded('kubeconfig'))
  assert.equal(users, [{ name: 'assistant', user: { token: TOKEN } }])
  assert.equal(clusters[0].cluster, { server: 'https://127.0.0.1:8443' })
  assert.is(contexts[0].name, kubeconfig['current-context'])
  assert.is(contexts[0].context.namespace, 'todo')
})

test('only who asks for changes gets the role for them', async () => {
  const { stdout } = await ask(['--allow-changes', 'kubectl-ai'])
  assert.match(stdout, 'role edit')
  const create = (await kubectl.calls()).find(({ words }) => words.startsWith('create -f'))
  assert.is(JSON.parse(create?.stdin ?? '{}').items[1].roleRef.name, 'edit')
})

test('account, home and kubeconfig are gone afterwards, and the home was none of the person', async () => {
  await ask(['kubectl-ai'])
  const { HOME = '', KUBECONFIG = '', XDG_CONFIG_HOME, TMPDIR } = await environment()
  assert.is.not(HOME, process.env.HOME)
  assert.equal([XDG_CONFIG_HOME, TMPDIR, KUBECONFIG], [HOME, HOME, join(HOME, 'kubeconfig')])
  assert.not.ok(existsSync(HOME))
  const calls = await verbs()
  assert.match(calls.at(-1) ?? '', /^delete .*rolebinding\/assistant-\w+ serviceaccount\/assistant-\w+$/)
})

test('an account that gets no token is removed again, and no assistant started', async () => {
  await kubectl.answer({ 'create token': { exitCode: 1, stderr: 'error: failed to create token\n' } })
  const { exitCode, stderr } = await ask(['kubectl-ai'])
  assert.is(exitCode, 1)
  assert.match(stderr, 'kubectl create failed: error: failed to create token')
  assert.match((await verbs()).at(-1) ?? '', /^delete /)
  assert.not.ok(existsSync(join(seen, 'argv')))
})

test('without a model of the person there is nobody to ask', async () => {
  const { exitCode, stderr } = await ask(['kubectl-ai'], {})
  assert.is(exitCode, 1)
  assert.match(stderr, /the settings of todo name none\.\n {2}→ set OPENAI_BASE_URL/)
  assert.equal(await verbs(), [])
})

test('an assistant that is not installed is named with the page that has it', async () => {
  await rm(join(kubectl.path, 'k8sgpt'))
  const { exitCode, stderr } = await ask(['k8sgpt'])
  assert.is(exitCode, 1)
  assert.match(stderr, /k8sgpt is not on this PATH\.\n {2}→ install it: https:\/\/github\.com\/k8sgpt-ai/)
  assert.equal(await verbs(), [])
})

for (const words of [[], ['gordon'], ['--fast', 'k8sgpt']])
  test(`"${words.join(' ')}" is called wrongly`, async () => {
    assert.is((await ask(words)).exitCode, 2)
    assert.equal(await verbs(), [])
  })

test.run()
