import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Profile } from '../../../k8s/settings.ts'
import { hostPlan } from '../../../lib/host/plan.ts'
import { settingsOf } from '../../k8s/settings-of-every-kind.ts'

const test = suite('the plan of the host target')

const MACHINE = {
  checkout: '/checkout',
  secretsFolder: '/secrets',
  command: (words: readonly string[]) => words,
}

function plan(file: Record<string, string>) {
  const { processes, url, local } = hostPlan(settingsOf(file), 'run', MACHINE)
  const env = processes.find(({ name }) => name === 'frontend')?.env
  return { url, local, origins: env?.PUBLIC_ORIGINS, trusted: env?.TRUSTED_PROXIES }
}

for (const [file, expected] of [
  [{}, { url: 'http://localhost:3000', origins: 'http://localhost:3000,http://127.0.0.1:3000' }],
  [
    { PORT_OFFSET: '1000' },
    { url: 'http://localhost:4000', origins: 'http://localhost:4000,http://127.0.0.1:4000' },
  ],
  // Over TLS alone, so that cookies never travel in the clear.
  [
    { PUBLIC_URL: 'https://todo.example.com' },
    { url: 'https://todo.example.com', origins: 'https://todo.example.com' },
  ],
  [
    { PUBLIC_URL: 'http://todo.test:8080' },
    { url: 'http://todo.test:8080', origins: 'http://localhost:3000,http://todo.test:8080' },
  ],
] as const)
  test(`${JSON.stringify(file)}: the page is at ${expected.url}`, () => {
    const { url, origins } = plan(file)
    assert.equal({ url, origins }, expected)
  })

test('a public URL has to lead to where the page is on this machine', () => {
  assert.is(plan({ PUBLIC_URL: 'https://todo.example.com', PORT_OFFSET: '7' }).local, 'http://localhost:3007')
})

test('a process is asked whether it is ready, not only whether it lives', () => {
  const { processes } = hostPlan(settingsOf({ PORT_OFFSET: '7' }), 'run', MACHINE)
  assert.equal(
    processes.map(({ readyUrl }) => readyUrl),
    [
      'http://127.0.0.1:8009/health/ready',
      'http://127.0.0.1:3007/api/health/ready',
      'http://127.0.0.1:8008/health/ready',
      'http://127.0.0.1:8007/health/ready',
    ],
  )
})

test('who sends traces is told where to: nowhere, to the loop, or to the collector that is named', () => {
  const told = (file: Record<string, string>, profile: Profile) => {
    const { processes } = hostPlan(settingsOf(file), profile, MACHINE)
    return processes.map(({ name, env: { OTEL_TRACES_EXPORTER: how, OTEL_EXPORTER_OTLP_ENDPOINT: where } }) =>
      [name, how, where].filter(Boolean).join(' '),
    )
  }
  const collector = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector.example:4318' }
  assert.equal(told({}, 'run'), ['assistant-stub', 'frontend', 'mcp', 'backend'])
  const said = ['assistant-stub', 'frontend otlp/stdout', 'mcp otlp/stdout', 'backend otlp/stdout']
  assert.equal(told({}, 'dev'), said)
  const sent = (by: string) =>
    ['frontend', 'mcp', 'backend'].map((name) => `${name} ${by} http://collector.example:4318`)
  assert.equal(told(collector, 'run'), ['assistant-stub', ...sent('otlp')])
  assert.equal(told(collector, 'dev'), ['assistant-stub', ...sent('otlp,otlp/stdout')])
})

test('no proxy is trusted but one that is named', () => {
  assert.is(plan({ PUBLIC_URL: 'https://todo.example.com', EXPOSE: 'ingress' }).trusted, 'none')
  assert.is(plan({ TRUSTED_PROXIES: '127.0.0.1' }).trusted, '127.0.0.1')
})

test.run()
