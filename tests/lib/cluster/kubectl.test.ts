import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { which } from 'zx/core'
import { contextName, kubectlFor, linesOf, read } from '../../../lib/cluster/kubectl.ts'
import { Refusal } from '../../../lib/shell/refusal.ts'

const test = suite('kubectl')
const before = { ...process.env }
let folder: string

test.before.each(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kubectl-'))
  mkdirSync(join(folder, 'bin'))
  symlinkSync(await which('bash', { path: before.PATH ?? '' }), join(folder, 'bin', 'bash'))
  // No ps here: slim images have none either.
  process.env.PATH = join(folder, 'bin')
})
test.after.each(() => {
  process.env.PATH = before.PATH
  rmSync(folder, { recursive: true })
})

function put(script: string): void {
  writeFileSync(join(folder, 'bin', 'kubectl'), `#!/usr/bin/env bash\n${script}\n`, { mode: 0o755 })
}

async function refusal(action: Promise<unknown>): Promise<Refusal> {
  const error = await action.then(
    () => undefined,
    (caught: unknown) => caught,
  )
  assert.instance(error, Refusal)
  return error as Refusal
}

test('names the context in each call, and passes words on unchanged', async () => {
  put(`printf '%s|' "$@"`)
  const words = ['get', 'a b', '$HOME', "it's", '']
  assert.is(await kubectlFor('one two')(words), `--context|one two|${words.join('|')}|`)
})

test('passes input on, and without any gives the end of it', async () => {
  put('IFS= read -r -d "" all; printf "[%s]" "$all"')
  assert.is(await kubectlFor('any')(['apply'], { input: 'x\ny' }), '[x\ny]')
  assert.is(await kubectlFor('any')(['get']), '[]')
})

test('one that ends before it has read its input is quoted', async () => {
  put("exec <&-; echo 'no such pod' >&2; exit 1")
  const { message } = await refusal(kubectlFor('any')(['exec'], { input: Buffer.alloc(2 ** 20) }))
  assert.is(message, 'kubectl exec failed: no such pod')
})

test('one that does not answer is ended after the time it was given', async () => {
  put(`echo $$ > "${folder}/pid"; while :; do :; done`)
  const { message } = await refusal(kubectlFor('any')(['get', 'nodes'], { timeout: '1s' }))
  assert.is(message, 'kubectl get did not answer in 1s')
})

test('one that fails is quoted by all it said, but for the log of its insides', async () => {
  put(
    "echo 'E1129 08:32:19.123456    7 memcache.go:265] noise' >&2; echo 'The Deployment is invalid:' >&2; echo '* spec.replicas: -1' >&2; exit 1",
  )
  const { message, cure } = await refusal(kubectlFor('any')(['get', 'things']))
  assert.is(message, 'kubectl get failed: The Deployment is invalid:\n  * spec.replicas: -1')
  assert.ok(cure)
})

test('one that goes on and fails is quoted by all it said', async () => {
  put('echo line; echo error: one >&2; echo error: two >&2; exit 1')
  const follow = async () => {
    for await (const _ of linesOf('any', ['logs', '--follow', 'x'], new AbortController().signal));
  }
  const { message } = await refusal(follow())
  assert.is(message, 'kubectl logs failed: error: one\n  error: two')
})

test('one that is missing is told how to get', async () => {
  const { message, cure } = await refusal(kubectlFor('any')(['get']))
  assert.is(message, 'kubectl is not on this PATH.')
  assert.match(cure, 'npm run cluster -- up')
})

test('an object that is not there is undefined, not an error', async () => {
  put('exit 0')
  assert.is(await read(kubectlFor('any'), ['secret', 'x']), undefined)
  put(`echo '{"data":{}}'`)
  assert.equal(await read(kubectlFor('any'), ['secret', 'x']), { data: {} })
})

test("the context is Skaffold's, else the settings', else Minikube's", () => {
  delete process.env.SKAFFOLD_KUBE_CONTEXT
  assert.is(contextName(undefined), 'minikube')
  assert.is(contextName('far'), 'far')
  process.env.SKAFFOLD_KUBE_CONTEXT = 'kind-todo'
  assert.is(contextName('far'), 'kind-todo')
  delete process.env.SKAFFOLD_KUBE_CONTEXT
})

test.run()
