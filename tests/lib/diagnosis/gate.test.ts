import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { manifests } from '../../../k8s/manifests.ts'
import { kubectlFor } from '../../../lib/cluster/kubectl.ts'
import { checkCluster } from '../../../lib/diagnosis/check-cluster.ts'
import { diagnose } from '../../../lib/diagnosis/diagnose.ts'
import { observe as look } from '../../../lib/diagnosis/fitness/observe.ts'
import { verdict } from '../../../lib/diagnosis/fitness/verdict.ts'
import * as cluster from '../../hooks/clusters.ts'
import { recordingKubectl } from '../../hooks/recording-kubectl.ts'
import { settingsOf } from '../../k8s/settings-of-every-kind.ts'
import { facts } from './facts.ts'

const test = suite('gate and doctor')
const NODE = cluster.node('m02', { ready: false })
const DOWN = { 'get namespaces': { stderr: 'connection refused', exitCode: 1 } }

for (const [what, context, answers] of [
  ['nothing', 'minikube', {}],
  ['a context that is away', 'kind-todo', {}],
  ['a context of one’s own that is away', 'docker-desktop', {}],
  ['a cluster that does not answer', 'minikube', DOWN],
  ['a foreign cluster', 'production', {}],
  ['a node that is not Ready', 'minikube', cluster.nodes(cluster.node('minikube'), NODE)],
  ['two nodes that are not', 'minikube', cluster.nodes(cluster.node('m01', { ready: false }), NODE)],
  ['no node', 'minikube', cluster.nodes()],
  ['no DNS', 'minikube', cluster.dns()],
  ['no storage class', 'minikube', cluster.storageClasses(false)],
  ['a small cluster', 'minikube', cluster.nodes(cluster.node('minikube', { memory: '900Mi' }))],
  ['a namespace that is being deleted', 'minikube', cluster.namespace('Terminating')],
  ['a NodePort that is held', 'minikube', cluster.service('shop', 'web', 30080)],
] as const)
  test(`say the same of ${what}`, async () => {
    const kubectl = await recordingKubectl({ ...cluster.FRESH, ...answers })
    const path = process.env.PATH
    process.env.PATH = kubectl.path
    try {
      const settings = settingsOf(
        context === 'production' || context === 'minikube' ? {} : { KUBE_CONTEXT: context },
      )
      const profile = context === 'production' ? 'remote' : 'run'
      const seen = await look(kubectlFor(context), context, { settings, given: {} }, { profile, ports: [] })
      const gate = verdict(seen, settings, manifests(settings, profile), profile)
      const [found] = await checkCluster(context, { settings, given: {} }, [], true)
      assert.equal(found?.findings, gate)
    } finally {
      process.env.PATH = path
      await kubectl.remove()
    }
  })

test('a cluster of one’s own that is away is a finding before anything was brought up', async () => {
  const kubectl = await recordingKubectl(cluster.FRESH)
  const path = process.env.PATH
  process.env.PATH = kubectl.path
  try {
    const own = await checkCluster(
      'docker-desktop',
      { settings: settingsOf({ KUBE_CONTEXT: 'docker-desktop' }), given: {} },
      [],
      false,
    )
    assert.match(own[0]?.findings[0]?.message ?? '', 'There is no context "docker-desktop"')
    const kind = settingsOf({ KUBE_CONTEXT: 'kind-todo' })
    const ours = await checkCluster('kind-todo', { settings: kind, given: {} }, [], false)
    assert.equal(ours[0]?.findings, [])
    assert.match(ours[0]?.well[0] ?? '', 'npm run cluster -- up makes one')
  } finally {
    process.env.PATH = path
    await kubectl.remove()
  }
})

test('what both look at has the same words and cure', () => {
  const node = { name: 'm02', ready: false, message: 'x', pressures: [] }
  const [unready] = diagnose(facts({ nodes: [node] }), [])
  assert.equal(
    [unready?.message, unready?.cure],
    ['Node m02 is not Ready.', 'npm run cluster -- up — or look at: kubectl describe node m02'],
  )
})

test.run()
