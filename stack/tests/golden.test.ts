import { readFileSync, writeFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { toYaml } from '../../k8s/manifest.ts'
import { manifests } from '../../k8s/manifests.ts'
import { PROFILES, type Profile } from '../../k8s/settings.ts'
import { DEFAULTS } from '../../tests/k8s/settings-of-every-kind.ts'

const test = suite('rendered YAML')

function rendered(profile: Profile): string {
  return [...manifests(DEFAULTS, profile)]
    .map(([name, manifests]) => `# ${name}.yaml\n${toYaml(manifests)}`)
    .join('---\n')
}

for (const profile of PROFILES)
  test(`profile ${profile} is what it was`, () => {
    const golden = new URL(`golden/${profile}.yaml`, import.meta.url)
    if (process.env.UPDATE_GOLDEN) writeFileSync(golden, rendered(profile))
    assert.fixture(
      rendered(profile),
      readFileSync(golden, 'utf8'),
      `the model renders profile ${profile} otherwise than stack/tests/golden/${profile}.yaml; if that is meant: UPDATE_GOLDEN=1 node --import tsx stack/tests/golden.test.ts, and commit the difference`,
    )
  })

test.run()
