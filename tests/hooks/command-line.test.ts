import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Checkout, checkout } from './checkout.ts'

const test = suite('the command line of each hook')
let here: Checkout

test.before(async () => {
  here = await checkout()
})
test.after(async () => {
  assert.equal(await here.kubectl.calls(), [], 'nothing was asked of a cluster')
  await here.remove()
})

for (const [hook, flag] of [
  ['render', '--profile'],
  ['gate', '--profile'],
  ['secrets', '--rotate'],
  ['before-deploy', '--profile'],
  ['smoke', '--on-failure'],
] as const) {
  test(`${hook} tells its usage and ends with 0`, async () => {
    const { exitCode, stdout, stderr } = await here.runAlone(hook, ['--help'])
    assert.equal([exitCode, stderr], [0, ''])
    assert.match(stdout, flag)
    assert.match(stdout, hook)
  })

  test(`${hook} refuses a flag it does not have and a wrong choice with 2`, async () => {
    const [flagged, chosen] = await Promise.all([
      here.run(hook, ['--forse']),
      here.run(hook, [flag, 'sideways']),
    ])
    for (const { exitCode, stdout } of [flagged, chosen]) assert.equal([exitCode, stdout], [2, ''])
    assert.match(flagged.stderr, /^✗ .*--forse.*\.\n {2}→ .*--help\n$/)
    assert.match(
      chosen.stderr,
      new RegExp(`^✗ ${flag} is "sideways", which is none of .*\n {2}→ .*--help\n$`),
    )
  })
}

test.run()
