import type { IPodSpec } from 'kubernetes-models/v1/PodSpec'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { manifests } from '../../k8s/manifests.ts'
import { secretKeys } from '../../k8s/secret-keys.ts'
import { NAMES } from './main-stack.ts'
import { containers, pods } from './pods.ts'
import { propertiesOf } from './properties.ts'
import { breachesOfRestricted } from './restricted.ts'
import { COMBINATIONS } from './settings-of-every-kind.ts'

const test = suite('every pod')
const holds = propertiesOf(test)

for (const { title, settings, profile } of COMBINATIONS) {
  const all = pods(manifests(settings, profile))

  holds(title, 'is restricted', () => {
    assert.ok(all.length >= 3)
    assert.equal(
      all.flatMap((one) => breachesOfRestricted(one.pod).map((breach) => `${one.title}: ${breach}`)),
      [],
    )
  })

  holds(title, 'writes to volumes only, and never to its secrets', () => {
    for (const { title, pod } of all)
      for (const container of containers(pod)) {
        assert.is(container.securityContext?.readOnlyRootFilesystem, true, `${title} ${container.name}`)
        for (const { name, mountPath, readOnly } of container.volumeMounts ?? [])
          if (name === 'secrets') assert.equal([mountPath, readOnly], [NAMES.secretsFolder, true])
      }
  })

  holds(title, 'finds /tmp writable', () => {
    for (const { title, pod } of all)
      for (const { volumeMounts } of pod.containers) {
        const mount = volumeMounts?.find(({ mountPath }) => mountPath === '/tmp')
        const volume = pod.volumes?.find(({ name }) => name === mount?.name)
        assert.ok(volume?.emptyDir && !mount?.readOnly, title)
      }
  })

  holds(title, 'has no secret in its environment', () => {
    const secrets = new Set<string>(secretKeys(settings).map(({ name }) => name))
    for (const { title, pod } of all)
      for (const { name: container, env, envFrom } of containers(pod)) {
        assert.is(envFrom, undefined, `${title} ${container}`)
        for (const { name, valueFrom } of env ?? []) {
          assert.not.ok(secrets.has(name), `${title} ${container} ${name}`)
          assert.is(valueFrom?.secretKeyRef, undefined, `${title} ${container} ${name}`)
        }
      }
  })

  holds(title, 'has no token for the API, and no environment of other Services', () => {
    for (const { title, pod } of all)
      assert.equal([pod.automountServiceAccountToken, pod.enableServiceLinks], [false, false], title)
  })

  holds(title, 'asks for what it needs, and has a limit', () => {
    for (const { title, pod } of all)
      for (const { name, resources } of containers(pod))
        for (const bound of [resources?.requests, resources?.limits])
          assert.ok(bound?.cpu && bound.memory && bound['ephemeral-storage'], `${title} ${name}`)
  })
}

const SOUND: IPodSpec = {
  securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [
    { name: 'one', securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } },
  ],
}

test('a sound pod is not complained about', () => {
  assert.equal(breachesOfRestricted(SOUND), [])
})

for (const [pod, breach] of [
  [{ ...SOUND, hostNetwork: true }, 'shares a namespace of the host'],
  [{ ...SOUND, volumes: [{ name: 'v', hostPath: { path: '/' } }] }, 'volume v is of type hostPath'],
  [{ ...SOUND, securityContext: { seccompProfile: { type: 'RuntimeDefault' } } }, 'one may run as root'],
  [{ ...SOUND, securityContext: { runAsNonRoot: true } }, 'one has no seccomp profile'],
  [
    { ...SOUND, initContainers: [{ ...SOUND.containers[0], name: 'init', securityContext: {} }] },
    'init may escalate privileges',
  ],
] as const satisfies [IPodSpec, string][])
  test(`a pod that ${breach} is`, () => {
    assert.ok(breachesOfRestricted(pod).includes(breach))
  })

test.run()
