import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { nodePorts } from '../../../k8s/exposure.ts'
import { namesOf, partOf } from '../../../k8s/names.ts'
import { programs, stores } from '../../../k8s/services.ts'
import { hostPlan } from '../../../lib/host/plan.ts'
import { hostStores } from '../../../lib/host/stores.ts'
import { Refusal } from '../../../lib/shell/refusal.ts'
import { CHECKOUT, checkoutFolder, toolFolder } from '../../../lib/shell/state-folder.ts'
import {
  type Application,
  openApplication,
  settingsFile,
  stackWords,
} from '../../../lib/stack/application.ts'
import { type Configuration, loadSettings } from '../../../lib/stack/settings-file.ts'
import { configFile } from '../../../lib/stack/skaffold-config.ts'

const test = suite('the application that a command names')
const SHOP = join(CHECKOUT, 'examples', 'shop')
const before = process.env.INIT_CWD
let base: string
let both: readonly [Application, Application]

test.before(async () => {
  base = mkdtempSync(join(tmpdir(), 'applications-'))
  process.env.XDG_STATE_HOME = base
  both = [await openApplication(), await openApplication(SHOP)]
})
test.after(() => rmSync(base, { recursive: true }))
test.after.each(() => {
  if (before === undefined) delete process.env.INIT_CWD
  else process.env.INIT_CWD = before
})

/** @returns what both have; empty where they have nothing in common */
function shared(all: (application: Application) => Iterable<unknown>): unknown[] {
  const [main, other] = both.map((application) => new Set(all(application)))
  return [...(main ?? [])].filter((one) => other?.has(one))
}

test('two of a checkout have no name, file or folder in common', () => {
  assert.equal(
    shared((application) => {
      const { stack, state, rendered, journey, folder } = application
      const { tls, ...names } = namesOf(stack)
      return [
        ...[...Object.values(names), tls, partOf(stack)],
        ...[state, rendered, journey, folder, settingsFile(application), configFile(application)],
        ...programs(loadSettings(application).settings).map(({ image }) => image),
      ]
    }),
    [],
  )
})

test('nor a port, on this machine or on a node', () => {
  const plan = ({ stack }: Application, settings: Configuration['settings']) =>
    hostPlan(settings, 'run', { checkout: CHECKOUT, secretsFolder: stack.name, command: (words) => words })
  assert.equal(
    shared((application) => {
      const { settings } = loadSettings(application)
      return [...plan(application, settings).ports.keys(), ...nodePorts(settings, 'run')]
    }),
    [],
  )
})

test('what one removes is not the other’s', () => {
  const [main, other] = both
  for (const { remove } of hostStores(main.state, main.stack)) remove()
  assert.ok(stores(loadSettings(other).settings).length > 0)
  assert.not.ok(other.state.startsWith(main.state) || main.state.startsWith(other.state))
  assert.not.ok(other.rendered.startsWith(CHECKOUT), 'Skaffold’s glob would deploy both')
})

test('tools are installed once for both', () => {
  assert.is(toolFolder(), join(checkoutFolder(), 'bin'))
})

test('is looked for from where the person is, and passed on by its path', async () => {
  process.env.INIT_CWD = join(CHECKOUT, 'examples')
  const application = await openApplication('shop')
  assert.equal(stackWords(application), ['--stack', SHOP])
  process.env.INIT_CWD = CHECKOUT
  assert.equal(stackWords(await openApplication('stack')), [])
})

test('a folder that says nothing of one is refused by its name', async () => {
  const refusal = await openApplication(base).then(
    () => undefined,
    (error: unknown) => error,
  )
  assert.instance(refusal, Refusal)
  assert.match((refusal as Refusal).message, `There is no stack.ts in ${base}.`)
})

test.run()
