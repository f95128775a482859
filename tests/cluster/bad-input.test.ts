import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite } from 'uvu'
import { stringify } from 'yaml'
import { NAMES } from '../k8s/main-stack.ts'
import { allReady, deploy, inNamespace, kubectl, skaffoldRun } from './cluster.ts'
import { type Copy, copyCheckout } from './copy.ts'
import { PATIENCE } from './deadline.ts'
import type { Ended } from './program.ts'

const test = suite('what is refused before anything is deployed')
let copy: Copy

test.before(async () => {
  copy = await copyCheckout()
  await deploy(copy)
})

test.after.each(() => copy.settings())

test.after(() => copy.remove())

test('a context that is not in the kubeconfig', async () => {
  await leavesAllAsItWas(async () => {
    const ended = await copy.hook('before-deploy', [], {
      env: { SKAFFOLD_KUBE_CONTEXT: 'nowhere', SKAFFOLD_WORK_DIR: copy.folder },
    })
    assertRefused(
      ended,
      /There is no context "nowhere" in the kubeconfig\.\n {2}→ start that cluster .* remove KUBE_CONTEXT/,
    )
  })
})

test('a context that is not local', async () => {
  const KUBECONFIG = join(copy.state, 'kubeconfig')
  const remote = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'production', cluster: { server: 'https://production.invalid:6443' } }],
    users: [{ name: 'production', user: {} }],
    contexts: [{ name: 'production', context: { cluster: 'production', user: 'production' } }],
  }
  await writeFile(KUBECONFIG, stringify(remote))
  const env = { KUBECONFIG, SKAFFOLD_KUBE_CONTEXT: 'production', SKAFFOLD_WORK_DIR: copy.folder }
  assertRefused(
    await copy.hook('before-deploy', [], { env }),
    /"production" .* is not a local cluster.*\n {2}→ .*KUBE_CONTEXT=production into \.env\.local/,
  )
})

test('a language model without its key, and a Secret made by hand that has none either', async () => {
  await copy.settings('OPENAI_BASE_URL=http://127.0.0.1:9/v1', 'OPENAI_MODEL=some-model')
  await leavesAllAsItWas(async () => {
    assertRefused(
      await skaffoldRun(copy),
      /OPENAI_BASE_URL and OPENAI_MODEL are set, but OPENAI_API_KEY is not.*\n {2}→ add to \.env\.local: OPENAI_API_KEY=/,
    )
  })
})

test('a Secret that is lost while the database it opens is there', async () => {
  const secret = JSON.parse(await inNamespace('get', 'secret', NAMES.secret, '-o', 'json')) as {
    data: Record<string, string>
    metadata: { name: string; namespace: string; labels: Record<string, string> }
  }
  const { name, namespace, labels } = secret.metadata
  await inNamespace('delete', 'secret', NAMES.secret)
  try {
    const ended = await copy.hook('before-deploy')
    assertRefused(ended, /POSTGRES_PASSWORD is missing from the Secret, but there is a database from before/)
    assert.match(ended.said, /→ add the old one to \.env\.local: POSTGRES_PASSWORD=…/)
    assert.match(ended.said, /npm run down -- --data/)
  } finally {
    const again = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace, labels },
      data: secret.data,
    }
    await kubectl(['create', '-f', '-'], { input: JSON.stringify(again) })
  }
  const check = await copy.hook('secrets', ['--check'])
  assert.equal(check.code, 0, check.said)
})

test('a DATABASE_URL that does not answer', async () => {
  const password = randomBytes(16).toString('hex')
  await copy.settings(`DATABASE_URL=postgresql://todo:${password}@127.0.0.1:9/todo`)
  await leavesAllAsItWas(async () => {
    const ended = await skaffoldRun(copy)
    assertRefused(
      ended,
      /The database of DATABASE_URL does not answer at 127\.0\.0\.1:9\.\n {2}→ .*\.env\.local/,
    )
    assert.ok(!ended.said.includes(password), 'the password is shown')
  })
})

test('a setting that does not exist', async () => {
  await copy.settings('OPENAI_KEY=whatever')
  await leavesAllAsItWas(async () => {
    assertRefused(await skaffoldRun(copy), /\.env\.local has OPENAI_KEY, which this stack does not know/)
  })
})

test('Ctrl-C in the middle of a deployment harms nothing: the next run ends well', async () => {
  for (const moment of [/Starting pre-deploy hooks/, /Waiting for deployments/, /smoke: ✓ sign in/]) {
    const run = copy.start(['skaffold', 'run', '-p', 'minikube'])
    await run.until(moment, PATIENCE)
    run.interrupt()
    await run.ended
    assert.deepEqual(await run.leftOver(), [])
  }
  const { code, said } = await skaffoldRun(copy)
  assert.equal(code, 0, said)
  await allReady()
})

function assertRefused({ code, said }: Ended, sentence: RegExp): void {
  assert.notEqual(code, 0, said)
  assert.match(said, sentence)
  assert.doesNotMatch(said, /\n\s+at .*:\d+:\d+\)?\n/, 'a stack trace')
}

/** Nothing of the stack may be touched, not even to write the same again. */
async function leavesAllAsItWas(action: () => Promise<void>): Promise<void> {
  const before = await versions()
  await action()
  assert.deepEqual(await versions(), before)
}

/** A workload's resource version moves with its status, its generation only when somebody writes to it. */
function versions(): Promise<string[]> {
  return Promise.all([
    inNamespace('get', 'deployments,statefulsets', '-o', 'jsonpath={.items[*].metadata.generation}'),
    inNamespace('get', 'services,configmaps,secrets', '-o', 'jsonpath={.items[*].metadata.resourceVersion}'),
  ])
}

test.run()
