import { readFileSync } from 'node:fs'
import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { DATABASE_CLIENT } from '../../k8s/database-client.ts'
import { manifests } from '../../k8s/manifests.ts'
import { isReplaced } from '../../k8s/model/replaced.ts'
import { labels } from '../../k8s/names.ts'
import { installers } from '../../k8s/packages.ts'
import { programs, stores } from '../../k8s/services.ts'
import type { Profile, Settings } from '../../k8s/settings.ts'
import { SMOKE } from '../../k8s/smoke.ts'
import { MAIN, NAMES } from './main-stack.ts'
import { propertiesOf } from './properties.ts'
import { type End, mayConnect, type Port } from './reach.ts'
import { COMBINATIONS, DEFAULTS, settingsOf } from './settings-of-every-kind.ts'

const test = suite('network policies')
const holds = propertiesOf(test)

const PORTS: Record<string, number> = {
  ...Object.fromEntries(programs(DEFAULTS).map(({ name, port }) => [name, port])),
  ...Object.fromEntries(stores(DEFAULTS).map(({ name, port }) => [name, port])),
}
const PODS = [...Object.keys(PORTS), SMOKE, DATABASE_CLIENT]
const STRANGER: End = { namespace: 'default', labels: labels(MAIN, 'backend', 'api') }
const CORE_DNS: End = { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } }
const DNS = { protocol: 'UDP', port: 53 } as const
const WORLD = ['93.184.215.14', '2001:db8::1']
const PRIVATE = ['10.96.0.1', '100.64.0.1', '127.0.0.1', '172.17.0.1', '192.168.49.1', 'fd12:3456::1']
const METADATA = ['169.254.169.254', 'fd00:ec2::254']

const pod = (name: string): End => ({ namespace: NAMES.namespace, labels: labels(MAIN, name, 'any') })
const tcp = (port: number): Port => ({ protocol: 'TCP', port })

function policies(settings: Settings, profile: Profile): INetworkPolicy[] {
  return (manifests(settings, profile).get('network') ?? []).map(
    (policy) => policy.toJSON() as INetworkPolicy,
  )
}

/** Who may open connections to whom, by trying each pod's port from each other pod. */
function reached(all: readonly INetworkPolicy[], from: readonly string[]): string[] {
  return from.flatMap((one) =>
    Object.entries(PORTS)
      .filter(([name]) => name !== one)
      .filter(([name, port]) => mayConnect(all, pod(one), pod(name), tcp(port)))
      .map(([name]) => `${one} → ${name}`),
  )
}

/** The arrows between the boxes of the stack in the README's picture. */
function drawn(): string[] {
  const picture = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const [, boxes = ''] = /subgraph stack.*\n([\s\S]*?)\n {2}end/.exec(picture) ?? []
  const named = new Map(
    [...boxes.matchAll(/^ +(\w+)\[.*<b>([\w-]+)<\/b>/gm)].map(([, id, name]) => [id, name]),
  )
  return boxes.split('\n').flatMap((line) => {
    const [, from, to] = /^ +(\w[\w &]*?) -.*-> (\w+)$/.exec(line) ?? []
    return from ? from.split(' & ').map((one) => `${named.get(one)} → ${named.get(to)}`) : []
  })
}

test('the picture in README.md shows every connection that pods may open, and no other', () => {
  for (const profile of ['run', 'dev', 'synced', 'remote'] as const)
    assert.equal(reached(policies(DEFAULTS, profile), Object.keys(PORTS)).sort(), drawn().sort())
})

test('who sends traces may go to a collector outside, where one is named, and nobody else may', () => {
  const reaching = (file: Record<string, string>) => {
    const all = policies(settingsOf(file), 'run')
    return PODS.filter((name) => mayConnect(all, pod(name), { address: '10.96.0.1' }, tcp(4318))).sort()
  }
  assert.equal(reaching({}), [])
  const collector = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector.example:4318' }
  assert.equal(reaching(collector), ['backend', 'frontend', 'mcp'])
})

for (const { title, settings, profile } of COMBINATIONS) {
  const all = policies(settings, profile)
  const database = isReplaced(settings, 'postgres')
  const model = isReplaced(settings, 'assistant-stub')

  holds(title, "only who uses something outside may go there, and never to a cloud's metadata server", () => {
    const out = [
      ...(database ? ['frontend', 'mcp', SMOKE, DATABASE_CLIENT] : []),
      ...(database || model ? ['backend'] : []),
    ].sort()
    const reaching = (address: string, port: number) =>
      PODS.filter((name) => mayConnect(all, pod(name), { address }, tcp(port))).sort()
    for (const address of [...WORLD, ...PRIVATE]) assert.equal(reaching(address, 5432), out, address)
    for (const address of PRIVATE) assert.equal(reaching(address, 443), out, address)
    // The push services of the browsers.
    const pushing = settings.own.REMINDERS === 'on' ? ['backend'] : []
    for (const address of WORLD)
      assert.equal(reaching(address, 443), [...new Set([...out, ...pushing])].sort(), address)
    for (const address of METADATA)
      for (const name of PODS)
        assert.not.ok(mayConnect(all, pod(name), { address }, tcp(80)), `${name} → ${address}`)
  })

  holds(title, 'only who calls somebody may ask for names', () => {
    const asking = PODS.filter((name) => mayConnect(all, pod(name), CORE_DNS, DNS))
    assert.equal(asking.sort(), ['backend', DATABASE_CLIENT, 'frontend', 'mcp', SMOKE])
    for (const name of asking)
      for (const address of ['169.254.20.10', '169.254.169.254'])
        assert.ok(mayConnect(all, pod(name), { address }, DNS), `${name} → ${address}`)
  })

  holds(title, 'a pod that no policy knows may do nothing', () => {
    const foreign = pod('debug')
    assert.equal(reached(all, ['debug']), [])
    assert.not.ok(mayConnect(all, foreign, CORE_DNS, DNS))
    for (const name of PODS) assert.not.ok(mayConnect(all, pod(name), foreign, tcp(8080)), name)
  })

  holds(title, 'what comes and goes beside the stack reaches what it is for, and nobody reaches it', () => {
    const tested = ['frontend', 'mcp', 'backend', ...(database ? [] : ['postgres'])]
    const arrows = [
      ...tested.map((name) => `${SMOKE} → ${name}`),
      ...(database ? [] : [`${DATABASE_CLIENT} → postgres`]),
    ]
    assert.equal(reached(all, [SMOKE, DATABASE_CLIENT]).sort(), arrows.sort())
    for (const name of PODS)
      for (const passing of [SMOKE, DATABASE_CLIENT])
        assert.not.ok(mayConnect(all, pod(name), pod(passing), tcp(3000)), `${name} → ${passing}`)
  })
}

for (const [exposure, open] of [
  ['nodeport', ['frontend']],
  ['loadbalancer', ['frontend']],
  ['ingress', ['frontend']],
  ['internal', []],
] as const)
  test(`exposed as ${exposure}, strangers reach ${open.join() || 'nothing'}, and no other port of it`, () => {
    const all = policies(settingsOf({ EXPOSE: exposure }), 'run')
    for (const stranger of [STRANGER, { address: '192.0.2.7' }]) {
      const reach = Object.entries(PORTS).filter(([name, port]) =>
        mayConnect(all, stranger, pod(name), tcp(port)),
      )
      assert.equal(
        reach.map(([name]) => name),
        open,
      )
      assert.not.ok(mayConnect(all, stranger, pod('frontend'), tcp(9229)))
    }
  })

test('no pod reaches another port of whom it may call', () => {
  const all = policies(DEFAULTS, 'run')
  assert.ok(mayConnect(all, pod('frontend'), pod('backend'), tcp(8000)))
  assert.not.ok(mayConnect(all, pod('frontend'), pod('backend'), tcp(8001)))
})

test('switched off, there are none', () => {
  assert.not.ok(manifests(settingsOf({ NETWORK_POLICIES: 'off' }), 'run').has('network'))
})

test('what installs packages in the loop reaches their sources and no pod, and nobody reaches it; elsewhere it is not', () => {
  const names = installers(DEFAULTS).map(({ name }) => name)
  assert.ok(names.length > 0)
  for (const profile of ['dev', 'synced'] as const) {
    const all = policies(DEFAULTS, profile)
    for (const name of names) {
      for (const address of [...WORLD, '10.96.0.1'])
        assert.ok(mayConnect(all, pod(name), { address }, tcp(443)), `${name} ${address}`)
      assert.ok(mayConnect(all, pod(name), CORE_DNS, DNS))
      for (const address of METADATA) assert.not.ok(mayConnect(all, pod(name), { address }, tcp(80)), address)
      for (const other of PODS) {
        assert.not.ok(mayConnect(all, pod(name), pod(other), tcp(PORTS[other] ?? 80)), `${name} to ${other}`)
        assert.not.ok(mayConnect(all, pod(other), pod(name), tcp(80)), `${other} to ${name}`)
      }
    }
  }
  for (const profile of ['run', 'remote'] as const)
    for (const name of names)
      assert.not.ok(policies(DEFAULTS, profile).some(({ metadata }) => metadata?.name === name))
})

test.run()
