import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { kubectlFor } from '../../lib/cluster/kubectl.ts'
import { removeLeftVolumes } from '../../scripts/down/left-volumes.ts'
import { recordingCommands } from './recording-commands.ts'

const volume = (name: string, by: string, namespace: string, claim: string, path: string) => ({
  metadata: { name, annotations: { 'pv.kubernetes.io/provisioned-by': by } },
  spec: { claimRef: { namespace, name: claim }, hostPath: { path } },
})
const MINIKUBE = 'k8s.io/minikube-hostpath'
const FOLDER = '/tmp/hostpath-provisioner'
const items = [
  volume('left', MINIKUBE, 'todo', 'data-postgres-0', `${FOLDER}/todo/data-postgres-0`),
  volume('of-another', MINIKUBE, 'shop', 'data-cache-0', `${FOLDER}/shop/data-cache-0`),
  volume('of-another-claim', MINIKUBE, 'todo', 'mine', `${FOLDER}/todo/mine`),
  volume('by-another', 'rancher.io/local-path', 'todo', 'data-postgres-0', `${FOLDER}/todo/data-postgres-0`),
  volume('elsewhere', MINIKUBE, 'todo', 'data-postgres-0', '/etc'),
]

test('of the claims that are gone, what Minikube leaves is removed, folder and volume, and nothing else', async () => {
  const commands = await recordingCommands(['kubectl', 'minikube'], {
    'kubectl --context minikube get persistentvolumes': { stdout: JSON.stringify({ items }) },
    'minikube version': { stdout: 'v1.38.1' },
  })
  const before = process.env.PATH
  process.env.PATH = `${commands.path}:${before}`
  try {
    await removeLeftVolumes(kubectlFor('minikube'), 'minikube', 'todo', ['data-postgres-0'])
    const lines = (await commands.calls()).map(({ argv }) => argv.join(' '))
    assert.equal(
      lines.filter((line) => / (rm|delete) /.test(line)),
      [
        `minikube ssh --profile=minikube -- sudo rm -rf ${FOLDER}/todo/data-postgres-0`,
        'kubectl --context minikube delete persistentvolume left --ignore-not-found',
      ],
    )
  } finally {
    process.env.PATH = before
    await commands.remove()
  }
})

test.run()
