import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { stringify } from 'yaml'
import { manifests } from '../../k8s/manifests.ts'
import { objectsOf } from '../../lib/diagnosis/drift/drift.ts'
import { DEFAULTS } from '../k8s/settings-of-every-kind.ts'
import { type Checkout, checkout } from './checkout.ts'
import * as cluster from './clusters.ts'

const test = suite('hooks/before-deploy.ts')
let here: Checkout

test.before.each(async () => {
  here = await checkout(cluster.FRESH)
})
test.after.each(() => here.remove())

async function verbs(): Promise<string[]> {
  return (await here.kubectl.calls()).map(({ words }) => words.split(' ')[0] ?? '')
}

test('on a fit cluster, the gate asks first, then namespace and Secret are made', async () => {
  const { exitCode, stdout, stderr } = await here.run('before-deploy', ['--profile', 'run'])
  assert.is(stderr, '')
  assert.is(exitCode, 0)
  assert.match(
    stdout,
    /^gate: context minikube is fit\nsecrets: set .*\nshould the deployment fail: npm run doctor names the cause\n$/,
  )
  const all = await verbs()
  assert.is(all[0], 'config')
  assert.equal(all.slice(-2), ['apply', 'apply'])
  assert.equal(new Set(all.slice(1, -2)), new Set(['get']))
})

test('on an unfit cluster, the secrets are not even looked at', async () => {
  await here.kubectl.answer(cluster.dns())
  const { exitCode, stdout, stderr } = await here.run('before-deploy', ['--profile', 'run'])
  assert.is(exitCode, 1)
  assert.is(stdout, '')
  assert.match(stderr, 'The cluster has no working DNS')
  const calls = await here.kubectl.calls()
  assert.equal(
    calls.filter(({ words }) => !/^(get|config) /.test(words) || words.startsWith('get secret')),
    [],
  )
})

test('a context of somebody else is not asked about anything in it', async () => {
  await here.run('before-deploy', [], { SKAFFOLD_KUBE_CONTEXT: 'unknown', SKAFFOLD_WORK_DIR: '/' })
  assert.equal(await verbs(), ['config'])
})

test('what somebody added to an object of the model is taken out again, before it is deployed', async () => {
  const models = objectsOf(manifests(DEFAULTS, 'run'))
  const frontend = models.find(({ kind, metadata }) => kind === 'Service' && metadata.name === 'frontend')
  const spec = frontend?.spec as { selector: object }
  const there = {
    ...frontend,
    metadata: {
      ...frontend?.metadata,
      resourceVersion: '7',
      managedFields: [
        { manager: 'kubectl-patch', time: 'now', fieldsV1: { 'f:spec': { 'f:selector': {} } } },
      ],
    },
    spec: { ...spec, selector: { ...spec.selector, version: '2' } },
  }
  await here.kubectl.answer({
    'get services': { stdout: JSON.stringify({ items: [there] }) },
    'create --dry-run=server': { stdout: stringify(frontend) },
  })
  const { exitCode, stdout, stderr } = await here.run('before-deploy', ['--profile', 'run'])
  assert.equal([exitCode, stderr], [0, ''])
  assert.match(
    stdout,
    'drift: service/frontend is again without what was not the model’s: /spec/selector/version',
  )
  const patches = (await here.kubectl.calls()).filter(({ words }) => words.startsWith('patch'))
  const steps = [
    { op: 'test', path: '/metadata/resourceVersion', value: '7' },
    { op: 'remove', path: '/spec/selector/version' },
  ]
  assert.equal(
    patches.map(({ words }) => words),
    [`patch service frontend --namespace=todo --type=json --patch=${JSON.stringify(steps)}`],
  )
})

test.run()
