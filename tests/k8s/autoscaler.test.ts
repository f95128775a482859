import type { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { manifests } from '../../k8s/manifests.ts'
import { installers } from '../../k8s/packages.ts'
import { inLoop, PROFILES, type Profile, type Settings } from '../../k8s/settings.ts'
import { DEFAULTS, settingsOf } from './settings-of-every-kind.ts'

const test = suite('autoscaling')

function objects(settings: Settings, profile: Profile) {
  return [...manifests(settings, profile).values()].flat()
}

/** What scales, as `name least–most`. */
function scaled(settings: Settings, profile: Profile): string[] {
  return objects(settings, profile)
    .filter((object): object is HorizontalPodAutoscaler => object.kind === 'HorizontalPodAutoscaler')
    .map(({ spec }) => `${spec?.scaleTargetRef.name} ${spec?.minReplicas}–${spec?.maxReplicas}`)
    .sort()
}

/** Deployments that say how many replicas they have. */
function fixed(settings: Settings, profile: Profile): string[] {
  return objects(settings, profile)
    .filter(({ kind }) => kind === 'Deployment')
    .map((deployment) => deployment.toJSON() as { metadata: { name: string }; spec: { replicas?: number } })
    .filter(({ spec }) => spec.replicas !== undefined)
    .map(({ metadata, spec }) => `${metadata.name} ${spec.replicas}`)
    .sort()
}

test('remote scales frontend, backend and MCP server, and leaves their number to the autoscaler', () => {
  assert.equal(scaled(DEFAULTS, 'remote'), ['backend 2–5', 'frontend 2–5', 'mcp 2–5'])
  assert.equal(fixed(DEFAULTS, 'remote'), ['assistant-stub 1'])
})

for (const profile of PROFILES.filter((profile) => profile !== 'remote'))
  test(`${profile} scales nothing unless asked to`, () => {
    assert.equal(scaled(DEFAULTS, profile), [])
    const installing = inLoop(profile) ? installers(DEFAULTS).length : 0
    assert.is(fixed(DEFAULTS, profile).length, 4 + installing)
  })

test('the settings say how far, and 0 is not at all', () => {
  assert.equal(scaled(settingsOf({ AUTOSCALE_UP_TO: '9', REPLICAS: '3' }), 'run'), [
    'backend 3–9',
    'frontend 3–9',
    'mcp 3–9',
  ])
  const off = settingsOf({ AUTOSCALE_UP_TO: '0' })
  assert.equal(scaled(off, 'remote'), [])
  assert.equal(fixed(off, 'remote'), ['assistant-stub 1', 'backend 2', 'frontend 2', 'mcp 2'])
})

test('more replicas than the usual most are the most', () => {
  assert.equal(scaled(settingsOf({ REPLICAS: '8' }), 'remote')[0], 'backend 8–8')
})

test('the loop has one replica to edit, whatever the settings say', () => {
  const settings = settingsOf({ AUTOSCALE_UP_TO: '9', REPLICAS: '3' })
  for (const profile of ['dev', 'synced'] as const) {
    assert.equal(scaled(settings, profile), [])
    assert.ok(fixed(settings, profile).every((deployment) => deployment.endsWith(' 1')))
  }
})

test('it goes by the CPU of the Deployment of its name, beyond 70 % of what that asks for', () => {
  for (const object of objects(DEFAULTS, 'remote')) {
    if (object.kind !== 'HorizontalPodAutoscaler') continue
    const { metadata, spec } = (object as HorizontalPodAutoscaler).toJSON() as HorizontalPodAutoscaler
    assert.equal(spec?.scaleTargetRef, { apiVersion: 'apps/v1', kind: 'Deployment', name: metadata?.name })
    const busy = { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } }
    assert.equal(spec?.metrics, [{ type: 'Resource', resource: busy }])
  }
})

test('each autoscaler has a CPU request to measure against, in every container of its pods', () => {
  const names = scaled(DEFAULTS, 'remote').map((line) => line.split(' ')[0])
  for (const object of objects(DEFAULTS, 'remote')) {
    const { kind, metadata, spec } = object.toJSON() as {
      kind: string
      metadata: { name: string }
      spec: { template: { spec: { containers: { resources?: { requests?: { cpu?: string } } }[] } } }
    }
    if (kind === 'Deployment' && names.includes(metadata.name))
      for (const { resources } of spec.template.spec.containers)
        assert.ok(resources?.requests?.cpu, metadata.name)
  }
})

test.run()
