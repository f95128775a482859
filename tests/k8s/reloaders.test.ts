import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { podSpec } from '../../k8s/pod.ts'
import { programs } from '../../k8s/services.ts'
import type { Profile, Settings } from '../../k8s/settings.ts'
import { python } from '../../lib/runtimes/python/program.ts'
import { MAIN } from './main-stack.ts'
import { settingsOf } from './settings-of-every-kind.ts'

const test = suite('the reloaders of a loop')
const LISTEN = { host: '127.0.0.1', port: 9 }

test("RELOADERS=stock puts the server's own in the place of ours, where it has one", () => {
  const [ours, stock] = [settingsOf({}), settingsOf({ RELOADERS: 'stock' })].map((settings) =>
    Object.fromEntries(programs(settings).map(({ name, command }) => [name, command])),
  )
  for (const [name, command] of Object.entries(stock ?? {})) {
    const service = MAIN.services[name]
    const own = service?.kind === 'program' ? service.command : undefined
    assert.is(ours?.[name]?.dev, own?.dev, name)
    assert.is(command.dev, own?.stock ?? own?.dev, name)
    assert.is(command.run, own?.run, name)
  }
})

test('what migrates by itself in the loop has no init container for it there, and its server is told', () => {
  const migrating = (settings: Settings, profile: Profile) =>
    programs(settings).flatMap((service) => {
      const { initContainers = [], containers } = podSpec(service, settings, profile)
      const [{ command = [] } = {}] = containers
      const words = command.join(' ')
      return initContainers.some(({ name }) => name === 'migrate') || /migrat/.test(words)
        ? [`${service.name}: ${initContainers.map(({ name }) => name).join()} ${/migrat/.test(words)}`]
        : []
    })
  assert.equal(migrating(settingsOf({}), 'run'), ['frontend: migrate false', 'backend: migrate false'])
  const [loop, stock] = [settingsOf({}), settingsOf({ RELOADERS: 'stock' })].map((settings) =>
    migrating(settings, 'dev').filter((line) => /^(frontend|backend)/.test(line)),
  )
  assert.equal(loop, ['frontend:  true', 'backend:  true'])
  assert.equal(stock, ['frontend:  true', 'backend: migrate true'])
})

test('that of uvicorn serves as without it, and looks at the sources', () => {
  const { command } = python({
    service: 'api',
    app: 'api.main:app',
    component: 'api',
    directory: 'api',
    port: 9,
    replicated: false,
    resources: { cpu: '1', memory: '1Gi' },
    sources: ['api', 'shared'],
  })
  assert.equal(command.stock?.(LISTEN), [
    ...command.run(LISTEN),
    ...['--reload', '--reload-dir', 'api', '--reload-dir', 'shared'],
  ])
})

test.run()
