import type { Service as KubernetesService } from 'kubernetes-models/v1/Service'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { bridge, nodePorts, page, publicOrigins, publicUrl, trustedProxies } from '../../k8s/exposure.ts'
import { manifests } from '../../k8s/manifests.ts'
import { PROFILES, type Profile, type Settings } from '../../k8s/settings.ts'
import { DEFAULTS, settingsOf } from './settings-of-every-kind.ts'

const test = suite('how a browser comes to the page')
const FRONTEND = page(DEFAULTS)
const PUBLIC = { PUBLIC_URL: 'https://todo.example.com' }

function objects(settings: Settings, profile: Profile = 'run') {
  return [...manifests(settings, profile).values()].flat()
}

/** The Services that are more than an address inside the cluster. */
function open(settings: Settings, profile: Profile = 'run'): string[] {
  return objects(settings, profile)
    .filter((object): object is KubernetesService => object.kind === 'Service')
    .filter(({ spec }) => (spec?.type ?? 'ClusterIP') !== 'ClusterIP')
    .map(
      ({ metadata, spec }) =>
        `${metadata?.name} ${spec?.type} ${spec?.ports?.map(({ nodePort }) => nodePort)}`,
    )
}

const ingresses = (settings: Settings, profile: Profile = 'run') =>
  objects(settings, profile)
    .filter(({ kind }) => kind === 'Ingress')
    .map((ingress) => ingress.toJSON() as { spec: object })

for (const [expose, services, url, command] of [
  ['nodeport', ['frontend NodePort 30080'], 'http://localhost:30080', undefined],
  ['loadbalancer', ['frontend LoadBalancer '], 'http://localhost:3000', 'minikube tunnel'],
  ['ingress', [], 'http://todo.localhost', undefined],
  ['internal', [], 'http://localhost:3000', 'kubectl -n todo port-forward service/frontend 3000'],
] as const)
  test(`EXPOSE=${expose}: ${url}`, () => {
    const settings = settingsOf({ EXPOSE: expose })
    assert.equal(open(settings), services)
    assert.is(ingresses(settings).length, expose === 'ingress' ? 1 : 0)
    assert.is(publicUrl(settings, 'run', FRONTEND), url)
    assert.is(bridge(settings, 'run', FRONTEND), command)
  })

for (const profile of PROFILES)
  test(`without a setting, ${profile} opens ${profile === 'remote' ? 'nothing' : 'one node port'}`, () => {
    assert.equal(open(DEFAULTS, profile), profile === 'remote' ? [] : ['frontend NodePort 30080'])
    assert.equal(ingresses(DEFAULTS, profile), [])
  })

test('remote takes a public URL for an Ingress, with the certificate that https needs', () => {
  const settings = settingsOf(PUBLIC)
  assert.equal(open(settings, 'remote'), [])
  const [ingress] = ingresses(settings, 'remote')
  assert.equal(ingress?.spec, {
    tls: [{ hosts: ['todo.example.com'], secretName: 'todo-tls' }],
    rules: [
      {
        host: 'todo.example.com',
        http: {
          paths: [
            {
              path: '/',
              pathType: 'Prefix',
              backend: { service: { name: 'frontend', port: { name: 'http' } } },
            },
          ],
        },
      },
    ],
  })
})

test('an Ingress without https asks for no certificate, and takes the host without its port', () => {
  const [ingress] = ingresses(settingsOf({ EXPOSE: 'ingress', PUBLIC_URL: 'http://todo.example.com:8080' }))
  assert.not.match(JSON.stringify(ingress), /tls|8080/)
  assert.match(JSON.stringify(ingress), '"host":"todo.example.com"')
})

test('with a public URL it is that one, however the Service is exposed, and nothing has to run here', () => {
  for (const EXPOSE of ['nodeport', 'loadbalancer', 'ingress', 'internal']) {
    const settings = settingsOf({ EXPOSE, ...PUBLIC })
    assert.is(publicUrl(settings, 'run', FRONTEND), PUBLIC.PUBLIC_URL)
    assert.is(bridge(settings, 'run', FRONTEND), undefined)
  }
})

test('one signs in from the address and from the forwarded port, but never without TLS where there is TLS', () => {
  assert.equal(publicOrigins(DEFAULTS, 'run', FRONTEND), ['http://localhost:3000', 'http://localhost:30080'])
  assert.equal(publicOrigins(settingsOf(PUBLIC), 'remote', FRONTEND), ['https://todo.example.com'])
})

test('where the address is the forwarded port, it is an origin once', () => {
  for (const EXPOSE of ['internal', 'loadbalancer'])
    assert.equal(publicOrigins(settingsOf({ EXPOSE }), 'run', FRONTEND), ['http://localhost:3000'])
})

test('an Ingress implies that its controller tells who called; nothing else implies a proxy', () => {
  const trusted = (file: Record<string, string>, profile: Profile = 'run') =>
    trustedProxies(settingsOf(file), profile)
  assert.is(trusted({ EXPOSE: 'ingress' }), 'peer')
  assert.is(trusted(PUBLIC, 'remote'), 'peer')
  for (const EXPOSE of ['nodeport', 'loadbalancer', 'internal'])
    assert.is(trusted({ EXPOSE, ...PUBLIC }), 'none')
  for (const profile of PROFILES) assert.is(trusted({}, profile), 'none')
  assert.is(trusted({ EXPOSE: 'ingress', TRUSTED_PROXIES: '10.244.0.0/16' }), '10.244.0.0/16')
})

test('a port of each node is taken where the page is exposed by one, and nowhere else', () => {
  assert.equal(nodePorts(DEFAULTS, 'run'), [30080])
  for (const EXPOSE of ['loadbalancer', 'ingress', 'internal'])
    assert.equal(nodePorts(settingsOf({ EXPOSE }), 'run'), [])
})

test.run()
