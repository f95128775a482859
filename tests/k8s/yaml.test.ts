import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseAllDocuments } from 'yaml'
import { templates } from '../../k8s/helm/templates.ts'
import { toYaml } from '../../k8s/manifest.ts'
import { manifests } from '../../k8s/manifests.ts'
import { MAIN } from './main-stack.ts'
import { propertiesOf } from './properties.ts'
import { COMBINATIONS } from './settings-of-every-kind.ts'

const test = suite('YAML')
const holds = propertiesOf(test)

/** What a reader of that version of YAML takes the text for. */
function read(text: string, version: '1.1' | '1.2'): unknown[] {
  return [...parseAllDocuments(text, { version })].map((document) => document.toJS())
}

/** Most objects are the same in most combinations: a text is read once. */
const seen = new Set<string>()

for (const { title, settings, profile } of COMBINATIONS)
  holds(title, 'Kubernetes, which reads YAML 1.1, takes it for what it is', () => {
    for (const object of [...manifests(settings, profile).values()].flat()) {
      const text = toYaml([object])
      if (seen.has(text)) continue
      seen.add(text)
      assert.equal(read(text, '1.1'), read(text, '1.2'))
    }
  })

test('nor does the chart have a text that Helm would take for something else', () => {
  const bare = [...templates(MAIN, {})].flatMap(([name, text]) =>
    (text.match(/: (on|off|yes|no|y|n)$/gim) ?? []).map((found) => `${name}${found}`),
  )
  assert.equal(bare, [])
})

test.run()
