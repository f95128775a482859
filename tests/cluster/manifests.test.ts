import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { suite } from 'uvu'
import { PROFILES } from '../../k8s/settings.ts'
import { NAMES } from '../k8s/main-stack.ts'
import { deploy, kubectl, pods } from './cluster.ts'
import { type Copy, copyCheckout } from './copy.ts'
import { assertHardened } from './hardened.ts'

const test = suite('the manifests, before a real API server')
let copy: Copy

test.before(async () => {
  copy = await copyCheckout()
  await deploy(copy)
})

test.after(() => copy.remove())

for (const profile of PROFILES)
  test(`those of ${profile} have no field it does not know, and break no rule of the namespace`, async () => {
    const folder = join(copy.state, profile)
    await mkdir(folder)
    const { code, said } = await copy.hook('render', ['--profile', profile, '--output', folder])
    assert.equal(code, 0, said)
    // A pod template that Pod Security would refuse is only warned of.
    const strict = ['--dry-run=server', '--validate=strict', '--warnings-as-errors']
    await kubectl(['apply', ...strict, '-f', folder])
  })

test('the namespace refuses a pod that is not restricted', async () => {
  const container = { name: 'root', image: 'postgres:17', securityContext: { runAsUser: 0 } }
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'root', namespace: NAMES.namespace },
    spec: { containers: [container] },
  }
  const attempt = kubectl(['create', '--dry-run=server', '-f', '-'], { input: JSON.stringify(pod) })
  await assert.rejects(attempt, /violates PodSecurity "restricted/)
})

test('its pods can write to no root file system, are not root, and hold no API token', async () => {
  await assertHardened(await pods())
})

test.run()
